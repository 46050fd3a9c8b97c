#include "contractive.hpp"

#include <cmath>

#include "course/checks.hpp"

namespace {

Array encode(const Array& x, const Array& w) {
  Array h({x.shape[0], w.shape[1]});
  for (std::size_t n = 0; n < x.shape[0]; ++n)
    for (std::size_t j = 0; j < w.shape[1]; ++j) {
      double sum = 0;
      for (std::size_t i = 0; i < w.shape[0]; ++i) sum += x.at(n, i) * w.at(i, j);
      h.at(n, j) = 1 / (1 + std::exp(-sum));
    }
  return h;
}

/// By differences: every entry of every example's Jacobian.
double measured(const Array& x, const Array& w) {
  constexpr double step = 1e-5;
  double sum = 0;
  for (std::size_t i = 0; i < x.shape[1]; ++i) {
    Array above = x, below = x;
    for (std::size_t n = 0; n < x.shape[0]; ++n) above.at(n, i) += step, below.at(n, i) -= step;
    const Array high = encode(above, w), low = encode(below, w);
    for (std::size_t k = 0; k < high.size(); ++k) {
      const double entry = (high[k] - low[k]) / (2 * step);
      sum += entry * entry;
    }
  }
  return sum / static_cast<double>(x.shape[0]);
}

}  // namespace

CASE("a code of one half changes most: a quarter of the weight") {
  check_close("the penalty", contractive_penalty(Array({1, 1}, {0.5}), Array({2, 1}, {4, 0})), 1,
              "h = 0.5, w = (4, 0)", "(0.25 · 4)²: the slope of the sigmoid is h (1 - h), and it is squared.");
}

CASE("a code that is saturated does not move, and costs nothing") {
  check_close("the penalty", contractive_penalty(Array({1, 2}, {0, 1}), random_array({3, 2}, 1)), 0, "h = (0, 1)");
}

CASE("it is the squared Frobenius norm of the measured Jacobian") {
  const Array x = random_array({4, 3}, 2), w = random_array({3, 2}, 3, -2, 2);
  check_close("the penalty", contractive_penalty(encode(x, w), w), measured(x, w), "4 examples, 3 inputs, 2 latent dimensions",
              "Each column of w belongs to its own latent dimension.", 1e-8);
}

CASE("it is a mean over examples") {
  const Array w = random_array({3, 2}, 4);
  const double one = contractive_penalty(Array({1, 2}, {0.3, 0.6}), w);
  check_close("the penalty of the same example twice", contractive_penalty(Array({2, 2}, {0.3, 0.6, 0.3, 0.6}), w), one,
              "h = (0.3, 0.6), twice", "A mean over the examples, or a larger batch would weigh more.");
}
