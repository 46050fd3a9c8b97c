#include "gradient_check.hpp"

#include <cmath>

#include "course/checks.hpp"

CASE("the slope of a line is exact, whatever the step") {
  const Array x = random_array({4}, 1), w = random_array({4}, 2);
  const auto line = [&](const Array& a) {
    double sum = 0;
    for (std::size_t i = 0; i < 4; ++i) sum += w[i] * a[i];
    return sum;
  };
  check_close("the gradient of Σ wᵢ xᵢ", measured_gradient(line, x, 0.5), w, "x = " + to_string(x),
              "Is it divided by the distance between the two points?");
}

CASE("entries are moved one at a time, and put back") {
  const Array x({3}, {1, 2, 3});
  const auto product = [](const Array& a) { return a[0] * a[1] * a[2]; };
  check_close("the gradient of x₀ x₁ x₂", measured_gradient(product, x, 0.1), Array({3}, {6, 3, 2}),
              "x = (1, 2, 3)", "An entry that was moved stayed moved while the next one was measured.");
}

CASE("for a parabola the error is zero, not h") {
  const auto square = [](const Array& a) { return a[0] * a[0]; };
  check_close("the gradient of x² at 3, h = 0.1", measured_gradient(square, Array({1}, {3}), 0.1)[0], 6,
              "x = 3, h = 0.1", "One-sided differences are off by h times half the curvature.");
}

CASE("halving h divides the error by four") {
  const auto wave = [](const Array& a) { return std::sin(a[0]); };
  const double exact = std::cos(1.0);
  const double rough = measured_gradient(wave, Array({1}, {1}), 0.02)[0] - exact;
  const double fine = measured_gradient(wave, Array({1}, {1}), 0.01)[0] - exact;
  check_close("error at 2h ÷ error at h", rough / fine, 4, "sin at 1, h = 0.01", "", 1e-3);
}
