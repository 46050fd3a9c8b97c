#pragma once

#include <cstdint>
#include <vector>

#include "hourglass/models/applications/compression/ans.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A number of a code as a whole number k = 0 … 2^14 − 1. The real line is cut into bins that the
/// prior N(0, 1) finds equally likely, so that under the prior k is 14 plain bits; k stands for the
/// real number in the middle of its bin (by mass).
class LatentBins {
 public:
  static constexpr unsigned bits = 14;
  static constexpr std::uint32_t count = 1U << bits;

  LatentBins();

  double centre(std::uint32_t k) const { return quantiles_[2 * k + 1]; }

  /// N(mean, deviation²), as it shares 2^30 among the bins; each has at least 1.
  struct Normal {
    double mean, deviation;
  };
  void push(AnsStack& stack, std::uint32_t k, const Normal& q) const;
  std::uint32_t pop(AnsStack& stack, const Normal& q) const;

  static void push_by_prior(AnsStack& stack, std::uint32_t k) { stack.push({k, 1}, bits); }
  static std::uint32_t pop_by_prior(AnsStack& stack);

 private:
  static constexpr unsigned precision = 30;
  /// How much of 2^30 lies below bin k.
  std::uint64_t below(std::uint32_t k, const Normal& q) const;

  std::vector<double> quantiles_;  ///< Φ⁻¹(i / 2^15): edges of bins where i is even
};

}}  // namespace hourglass
