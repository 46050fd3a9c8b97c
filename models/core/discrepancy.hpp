#pragma once

#include <initializer_list>

#include "hourglass/autograd/constants.hpp"
#include "hourglass/autograd/operations.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// How far the distribution of codes is from N(0, 1): the squared maximum mean discrepancy,
/// estimated from the codes, (B, L), and B draws with the kernel
///
///     k(a, b) = Σ_s s c / (s c + ‖a − b‖²),     c = 2 L, the mean of ‖a − b‖² between two draws
///
/// over `scales` s: the seven of Tolstikhin et al.'s code (ICLR 2018) see both what is near and what
/// is far. The estimate is unbiased, so it is around 0, and sometimes below, if the two agree. A
/// single example has 0.
inline Var mmd_to_normal(Var codes, Rng& rng, std::initializer_list<Scalar> scales = {1}) {
  if (codes.shape()[0] < 2) return 0 * sum(codes);
  Var draws = normal_like(codes, rng);
  const Scalar c = 2 * static_cast<Scalar>(codes.shape()[1]);
  Var sum = mmd_imq(codes, draws, *scales.begin() * c);
  for (const Scalar* scale = scales.begin() + 1; scale != scales.end(); ++scale)
    sum = sum + mmd_imq(codes, draws, *scale * c);
  return sum;
}

/// The same by sorting: the squared sliced Wasserstein distance between the codes z, (B, L), and B
/// draws n of N(0, 1), a mean over random directions θ of length 1,
///
///     SW² = mean_θ W²(θᵀz, θᵀn),      W²(a, b) = 1/B Σ_i (a_(i) − b_(i))²,     a_(i): sorted
///
/// W² is the least mean squared distance over which a can be moved onto b: in one dimension the
/// i-th smallest goes to the i-th smallest. SW² is above 0 even for two samples of one distribution,
/// by less the larger they are (Kolouri et al., ICLR 2019).
inline Var sliced_wasserstein_to_normal(Var codes, std::size_t directions, Rng& rng) {
  Var draws = normal_like(codes, rng);
  Var normal = new_constant("directions", codes.tape(), {directions, codes.shape()[1]});
  rng.fill_normal(normal.output(), 0, 1);
  Var theta = normal / norm(normal, {1}, true);
  return mean(square(sort(linear(theta, codes)) - sort(linear(theta, draws))));
}

}}  // namespace hourglass
