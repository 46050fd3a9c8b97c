#include "hourglass/models/applications/compression/latent_bins.hpp"

#include <cmath>
#include <numbers>

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// Φ(x), the mass of N(0, 1) below x
double normal_mass(double x) {
  return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

/// Φ⁻¹(p) for p in (0, ½], by bisection
double normal_quantile(double p) {
  double low = -10, high = 0;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (normal_mass(middle) < p ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

LatentBins::LatentBins() : quantiles_(2 * std::size_t{count}) {
  for (std::uint32_t i = 1; i <= count; ++i) {
    quantiles_[i] = i == count ? 0 : normal_quantile(i / (2.0 * count));
    quantiles_[2 * count - i] = -quantiles_[i];
  }
}

std::uint64_t LatentBins::below(std::uint32_t k, const Normal& q) const {
  constexpr std::uint64_t whole = std::uint64_t{1} << precision;
  if (k == 0) return 0;
  if (k == count) return whole;
  const double mass = normal_mass((quantiles_[2 * std::size_t{k}] - q.mean) / q.deviation);
  // 2 for each bin, since rounding may take 1 away
  return static_cast<std::uint64_t>(mass * static_cast<double>(whole - 2 * std::uint64_t{count})) +
         2 * std::uint64_t{k};
}

void LatentBins::push(AnsStack& stack, std::uint32_t k, const Normal& q) const {
  const std::uint64_t start = below(k, q);
  stack.push({start, below(k + 1, q) - start}, precision);
}

std::uint32_t LatentBins::pop(AnsStack& stack, const Normal& q) const {
  const std::uint64_t slot = stack.peek(precision);
  std::uint32_t k = 0, beyond = count;  // bisection: below(k) ≤ slot < below(beyond)
  while (beyond - k > 1) {
    const std::uint32_t middle = (k + beyond) / 2;
    (below(middle, q) <= slot ? k : beyond) = middle;
  }
  const std::uint64_t start = below(k, q);
  stack.pop({start, below(k + 1, q) - start}, precision);
  return k;
}

std::uint32_t LatentBins::pop_by_prior(AnsStack& stack) {
  const auto k = static_cast<std::uint32_t>(stack.peek(bits));
  stack.pop({k, 1}, bits);
  return k;
}

}}  // namespace hourglass
