#include "adam.hpp"

#include "course/checks.hpp"

CASE("the first step has the size of the rate, whatever the gradient's") {
  for (double g : {1e-3, 1.0, 1e3, -5.0}) {
    Adam adam{.rate = 0.1};
    Array w({1});
    adam.step(w, Array({1}, {g}));
    check_close("w", w[0], g > 0 ? -0.1 : 0.1, "g = " + std::to_string(g) + ", rate 0.1",
                "The means started at 0: divide each by the share that it has seen.", 1e-5);
  }
}

CASE("a steady gradient gives steady steps") {
  Adam adam{.rate = 0.1};
  Array w({1});
  for (int t = 1; t <= 50; ++t) {
    adam.step(w, Array({1}, {2}));
    check_close("w", w[0], -0.1 * t, "g = 2 in each of " + std::to_string(t) + " steps",
                "The correction changes with t, and t counts steps, not weights.", 1e-6);
  }
}

CASE("a gradient that changes is averaged") {
  const Array g = random_array({3}, 1, -2, 2);
  Adam adam{.rate = 1, .beta1 = 0.5, .beta2 = 0.75};
  Array w({1});
  double m = 0, v = 0, expected = 0;
  for (int t = 1; t <= 3; ++t) {
    const double now = g[static_cast<std::size_t>(t) - 1];
    m = (m + now) / 2;
    v = (3 * v + now * now) / 4;
    expected -= m / (1 - std::pow(0.5, t)) / (std::sqrt(v / (1 - std::pow(0.75, t))) + 1e-8);
    adam.step(w, Array({1}, {now}));
    check_close("w", w[0], expected,
                "g = " + to_string(g) + "; beta1 0.5, beta2 0.75, step " + std::to_string(t),
                "m averages g, v averages g², each with its own beta.");
  }
}

CASE("each weight has its own means") {
  Adam adam{.rate = 0.1};
  Array w({2});
  for (int t = 0; t < 10; ++t) adam.step(w, Array({2}, {100, -0.01}));
  check_close("w", w, Array({2}, {-1, 1}), "g = (100, -0.01), ten steps, rate 0.1", "", 1e-5);
}

CASE("epsilon is added to the root, so that tiny gradients make tiny steps") {
  Adam adam{.rate = 1, .epsilon = 1e-8};
  Array w({1});
  adam.step(w, Array({1}, {1e-8}));
  check_close("w", w[0], -0.5, "g = 1e-8 = epsilon, rate 1",
              "ε is added outside the square root, to the corrected one.", 1e-6);
}
