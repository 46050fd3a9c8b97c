#include "batch_norm.hpp"

#include "course/checks.hpp"

CASE("each column has mean 0 and variance 1") {
  Array x = random_array({40, 3}, 1, -2, 2);
  for (std::size_t i = 0; i < 40; ++i) x.at(i, 1) = 100 + 30 * x.at(i, 1);
  const Array y = batch_norm(x);
  for (std::size_t j = 0; j < 3; ++j) {
    double mean = 0, square = 0;
    for (std::size_t i = 0; i < 40; ++i) mean += y.at(i, j) / 40, square += y.at(i, j) * y.at(i, j) / 40;
    check_close("the mean of column " + std::to_string(j), mean, 0, "x of (40, 3)", "Over the examples, not over the features.");
    check_close("the mean square of column " + std::to_string(j), square, 1, "x of (40, 3)",
                "The variance is divided by n, and its root is taken.", 1e-4);
  }
}

CASE("two numbers become minus one and one, except for epsilon") {
  const double expected = 1 / std::sqrt(1 + epsilon);
  check_close("y", batch_norm(Array({2, 1}, {4, 6})), Array({2, 1}, {-expected, expected}), "x = (4, 6)",
              "The variance of 4 and 6 is 1, divided by n = 2; ε is added to it before the root.");
}

CASE("a column that does not vary becomes 0, not NaN") {
  check_close("y", batch_norm(Array({3, 1}, {7, 7, 7})), Array({3, 1}), "x = (7, 7, 7)", "That is what ε is for.");
}

CASE("the gradient goes through mean and variance as well") {
  check_jacobian("batch norm", batch_norm, batch_norm_backward, random_array({4, 2}, 2, -2, 2),
                 "dx has three terms: moving one x moves the mean and the variance of its column.");
}
