#include "straight_through.hpp"

#include "course/checks.hpp"

CASE("with three levels there are -1, 0 and 1") {
  check_close("the values", quantize(Array({7}, {-5, -0.9, -0.4, 0.1, 0.45, 0.6, 3}), 3),
              Array({7}, {-1, -1, 0, 0, 0, 1, 1}), "-5, -0.9, -0.4, 0.1, 0.45, 0.6, 3",
              "The nearest level, after clamping to [-1, 1].");
}

CASE("any number goes to the level that is nearest") {
  const Array x = random_array({30}, 1, -1.5, 1.5);
  for (std::size_t levels : {2u, 4u, 9u}) {
    Array nearest(x.shape);
    for (std::size_t i = 0; i < x.size(); ++i) {
      nearest[i] = -1;
      for (std::size_t l = 0; l < levels; ++l) {
        const double level = -1 + 2 * static_cast<double>(l) / static_cast<double>(levels - 1);
        if (std::abs(level - x[i]) < std::abs(nearest[i] - x[i])) nearest[i] = level;
      }
    }
    check_close("the values", quantize(x, levels), nearest,
                std::to_string(levels) + " levels, x = " + to_string(x),
                "There are levels - 1 steps between -1 and 1.");
  }
}

CASE("backward is that of the clamp alone") {
  const auto cut = [](const Array& x) {
    Array y = x;
    for (double& each : y.data) each = std::clamp(each, -1.0, 1.0);
    return y;
  };
  check_jacobian(
      "dx", cut, [](const Array& x, const Array& dy) { return quantize_backward(x, dy); },
      Array({4}, {-1.3, -0.2, 0.7, 2.5}),
      "1 inside [-1, 1], 0 outside: as if nothing had been moved.");
}

CASE("a weight in front of the staircase learns") {
  // Minimises ½ (q(w) − 1)² by gradient descent from w = −0.7; 5 levels, at −1, −½, 0, ½, 1.
  Array w({1}, {-0.7});
  for (int step = 0; step < 100; ++step) {
    const Array q = quantize(w, 5);
    w[0] -= 0.1 * quantize_backward(w, Array({1}, {q[0] - 1}))[0];
  }
  check_close("the quantised weight", quantize(w, 5), Array({1}, {1}),
              "target 1, start -0.7, 100 steps of 0.1",
              "With the staircase's own gradient, 0, it would stay where it is.");
}
