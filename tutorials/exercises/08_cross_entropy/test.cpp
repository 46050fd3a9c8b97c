#include "cross_entropy.hpp"

#include "course/checks.hpp"

CASE("a model that knows nothing pays the log of the number of classes") {
  check_close("the loss", cross_entropy(Array({2, 4}), {1, 3}), std::log(4.0), "x = zeros of (2, 4)",
              "The mean over the rows, not their sum.");
}

CASE("it is minus the logarithm of the right class's probability") {
  const Array x = random_array({3, 4}, 1, -2, 2);
  const std::vector<std::size_t> labels = {2, 0, 3};
  double expected = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < 4; ++j) sum += std::exp(x.at(i, j));
    expected -= std::log(std::exp(x.at(i, labels[i])) / sum) / 3;
  }
  check_close("the loss", cross_entropy(x, labels), expected, "x = " + to_string(x) + ", labels 2, 0, 3");
}

CASE("a confident mistake costs much, but not infinity") {
  check_close("the loss", cross_entropy(Array({1, 2}, {0, 1000}), {0}), 1000, "x = (0, 1000), label 0",
              "The probability of the right class has become 0, and its logarithm is lost: use logsumexp.");
}

CASE("the gradient is probabilities minus targets, divided by the rows") {
  const std::vector<std::size_t> labels = {2, 0};
  check_jacobian(
      "cross entropy", [&](const Array& x) { return Array({1}, {cross_entropy(x, labels)}); },
      [&](const Array& x, const Array& dy) {
        Array dx = cross_entropy_backward(x, labels);
        for (double& each : dx.data) each *= dy[0];
        return dx;
      },
      random_array({2, 3}, 2, -2, 2), "softmax(x) - one-hot(label), divided by the number of rows.");
}
