#include "reparameterize.hpp"

#include "course/checks.hpp"

CASE("a variance of 4 spreads the noise by 2") {
  const Array z = reparameterize(Array({2}, {1, 1}), Array({2}, {std::log(4.0), 0}), Array({2}, {3, 3}));
  check_close("z", z, Array({2}, {7, 4}), "mean 1, variance 4 and 1, noise 3",
              "σ is the root of the variance: exp of half the logarithm.");
}

CASE("without noise it is the mean") {
  const Array mean = random_array({2, 3}, 1);
  check_close("z", reparameterize(mean, random_array({2, 3}, 2), Array({2, 3})), mean, "noise 0");
}

CASE("the mean gets its gradient") {
  const Array log_variance = random_array({2, 2}, 3), noise = random_array({2, 2}, 4, -2, 2);
  check_jacobian(
      "z in the mean", [&](const Array& mean) { return reparameterize(mean, log_variance, noise); },
      [&](const Array& mean, const Array& dz) { return reparameterize_backward(mean, log_variance, noise, dz).d_mean; },
      random_array({2, 2}, 5));
}

CASE("the logarithm of the variance gets its gradient, through the noise") {
  const Array mean = random_array({2, 2}, 6), noise = random_array({2, 2}, 7, -2, 2);
  check_jacobian(
      "z in the log variance", [&](const Array& log_variance) { return reparameterize(mean, log_variance, noise); },
      [&](const Array& log_variance, const Array& dz) {
        return reparameterize_backward(mean, log_variance, noise, dz).d_log_variance;
      },
      random_array({2, 2}, 8), "½ σ ε dz: the ½ comes from the root, and ε is a constant here.");
}
