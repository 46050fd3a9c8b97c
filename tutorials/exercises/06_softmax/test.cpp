#include "softmax.hpp"

#include "course/checks.hpp"

CASE("each row is made of probabilities that sum to 1") {
  const Array x = random_array({3, 4}, 1, -3, 3), y = softmax(x);
  Array expected(x.shape);
  for (std::size_t i = 0; i < 3; ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < 4; ++j) sum += std::exp(x.at(i, j));
    for (std::size_t j = 0; j < 4; ++j) expected.at(i, j) = std::exp(x.at(i, j)) / sum;
  }
  check_close("softmax(x)", y, expected, "x = " + to_string(x), "Each row has its own sum.");
}

CASE("large numbers do not overflow") {
  const Array y = softmax(Array({2, 2}, {1000, 1001, -1000, -1001}));
  const double share = 1 / (1 + std::exp(1.0));
  check_close("softmax(x)", y, Array({2, 2}, {share, 1 - share, 1 - share, share}),
              "x = [[1000, 1001], [-1000, -1001]]",
              "exp(1000) is infinity; and if one large number is subtracted from all rows, the "
              "other rows become 0 / 0.");
}

CASE("backward agrees with the Jacobian, entry by entry") {
  check_jacobian(
      "softmax", softmax, [](const Array& x, const Array& dy) { return softmax_backward(softmax(x), dy); },
      random_array({2, 3}, 2, -2, 2),
      "Every entry of a row depends on every other through the sum: the off-diagonal terms are -yᵢ yⱼ.");
}
