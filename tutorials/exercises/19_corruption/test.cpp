#include "corruption.hpp"

#include "course/checks.hpp"

CASE("masked pixels are 0, the others are untouched") {
  const Array x({5}, {0.1, 0.2, 0.3, 0.4, 0.5}), u({5}, {0.9, 0.1, 0.3, 0.29, 0});
  check_close("mask(x, 0.3)", mask(x, 0.3, u), Array({5}, {0.1, 0, 0.3, 0, 0}), "x = " + to_string(x) + ", u = " + to_string(u),
              "Mask where u is below the share, and only there; what stays is not scaled up.");
}

CASE("a share of 0 spoils nothing and a share of 1 everything") {
  const Array x = random_array({50}, 1, 0.1, 1), u = random_array({50}, 2, 0, 1);
  check_close("mask(x, 0)", mask(x, 0, u), x, "50 pixels");
  check_close("mask(x, 1)", mask(x, 1, u), Array({50}), "50 pixels");
}

CASE("noise is added in units of its deviation") {
  const Array x({3}, {0.5, 0.5, 0.5}), z({3}, {1, -1, 0});
  check_close("add_noise(x, 0.2)", add_noise(x, 0.2, z), Array({3}, {0.7, 0.3, 0.5}), "z = (1, -1, 0)",
              "deviation, not variance: 0.2 · z.");
}

CASE("a noisy image is still an image") {
  const Array x({4}, {0, 1, 0.9, 0.1}), z({4}, {-1, 1, 1, -1});
  check_close("add_noise(x, 0.5)", add_noise(x, 0.5, z), Array({4}, {0, 1, 1, 0}), "x = " + to_string(x) + ", z = " + to_string(z),
              "Pixels stay between 0 and 1.");
}
