#include "kl_divergence.hpp"

#include "course/checks.hpp"

namespace {
/// ∫ q log(q / p) dz by the midpoint rule, q = N(mean, exp(log_variance)), p = N(0, 1).
double by_integral(double mean, double log_variance) {
  const double deviation = std::exp(log_variance / 2), pi = std::acos(-1.0);
  const int steps = 4000;
  double sum = 0;
  for (int i = 0; i < steps; ++i) {
    const double e = -10 + 20 * (i + 0.5) / steps, z = mean + deviation * e;
    const double log_ratio = -e * e / 2 - log_variance / 2 + z * z / 2;
    sum += std::exp(-e * e / 2) / std::sqrt(2 * pi) * log_ratio * 20 / steps;
  }
  return sum;
}
}  // namespace

CASE("the prior is at distance zero from itself") {
  check_close("the divergence", kl_divergence(Array({2, 3}), Array({2, 3})), 0,
              "μ = 0, log σ² = 0");
}

CASE("a mean of 2 costs 2 nats, and so does a mean of -2") {
  for (double mean : {2.0, -2.0})
    check_close("the divergence", kl_divergence(Array({1}, {mean}), Array({1})), 2,
                "μ = " + std::to_string(mean) + ", log σ² = 0", "½ μ², with the half.");
}

CASE("one entry costs what the integral says") {
  const Array mean = random_array({6}, 1, -2, 2), log_variance = random_array({6}, 2, -2, 1);
  for (std::size_t i = 0; i < 6; ++i)
    check_close(
        "the divergence", kl_divergence(Array({1}, {mean[i]}), Array({1}, {log_variance[i]})),
        by_integral(mean[i], log_variance[i]),
        "μ = " + std::to_string(mean[i]) + ", log σ² = " + std::to_string(log_variance[i]),
        "log_variance is log σ²: σ² is exp(log_variance), and σ is exp(log_variance / 2).", 1e-6);
}

CASE("many entries cost the sum of what each costs") {
  const Array mean = random_array({3, 4}, 3), log_variance = random_array({3, 4}, 4);
  double expected = 0;
  for (std::size_t i = 0; i < mean.size(); ++i)
    expected += kl_divergence(Array({1}, {mean[i]}), Array({1}, {log_variance[i]}));
  check_close("the divergence", kl_divergence(mean, log_variance), expected, "(3, 4)",
              "A sum over all entries, not a mean.");
}
