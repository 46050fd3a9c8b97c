#pragma once

#include <cstdint>
#include <vector>

#include "hourglass/models/applications/compression/ans.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Discretises a latent dimension to an integer k = 0 … 2^14 − 1. The real line is cut into bins of
/// equal probability under the prior N(0, 1), so that under the prior k is 14 plain bits; k stands
/// for the real number in the middle of its bin (by mass).
class LatentBins {
 public:
  static constexpr unsigned bits = 14;
  static constexpr std::uint32_t count = 1U << bits;

  LatentBins();

  double centre(std::uint32_t k) const { return quantiles_[2 * k + 1]; }

  /// N(mean, deviation²), as frequencies of the bins that sum to 2^30; each is at least 1.
  struct Normal {
    double mean, deviation;
  };
  void push(AnsStack& stack, std::uint32_t k, const Normal& q) const;
  std::uint32_t pop(AnsStack& stack, const Normal& q) const;

  static void push_by_prior(AnsStack& stack, std::uint32_t k) { stack.push({k, 1}, bits); }
  static std::uint32_t pop_by_prior(AnsStack& stack);

 private:
  static constexpr unsigned precision = 30;
  /// The sum of the frequencies below bin k.
  std::uint64_t below(std::uint32_t k, const Normal& q) const;

  std::vector<double> quantiles_;  ///< Φ⁻¹(i / 2^15): edges of bins for even i, centres for odd i
};

}}  // namespace hourglass
