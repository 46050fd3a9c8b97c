#include "denoising_error.hpp"

#include "course/checks.hpp"

namespace {
const auto copy = [](const Array& x) { return x; };
const auto grey = [](const Array& x) {
  Array y(x.shape);
  for (double& each : y.data) each = 0.5;
  return y;
};
}  // namespace

CASE("a network that copies what it sees leaves all the noise in") {
  const Array x = random_array({200}, 1, 0.4, 0.6), z = random_array({200}, 2);
  double expected = 0;
  for (double each : z.data) expected += 0.09 * each * each / 200;  // 0.3 z, which never leaves 0…1 here
  check_close("the error of a copy", denoising_error(copy, x, 0.3, z), expected, "200 pixels, deviation 0.3",
              "A denoiser that does nothing was found to be perfect: what was it shown?");
}

CASE("always answering grey has an error that does not depend on the noise") {
  const Array x = random_array({100}, 3, 0, 1), z = random_array({100}, 4);
  double expected = 0;
  for (double each : x.data) expected += (0.5 - each) * (0.5 - each) / 100;
  check_close("the error of grey", denoising_error(grey, x, 0.5, z), expected, "100 pixels",
              "The answer is compared with the clean image, not with the noisy one.");
}

CASE("the network is asked once, about the noisy image") {
  const Array x = random_array({20}, 5, 0, 1), z = random_array({20}, 6);
  int asked = 0;
  Array seen;
  denoising_error([&](const Array& input) { return ++asked, seen = input; }, x, 0.4, z);
  check_equal("how often it was asked", asked, 1, "20 pixels");
  check_close("what it was shown", seen, add_noise(x, 0.4, z), "20 pixels");
}
