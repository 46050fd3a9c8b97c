#pragma once

#include "hourglass/autograd/constants.hpp"
#include "hourglass/autograd/operations.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// How far the distribution of codes is from N(0, 1): the squared maximum mean discrepancy,
/// estimated from the codes, (B, L), and B draws with the kernel
///
///     k(a, b) = c / (c + ‖a − b‖²),     c = 2 L, the mean of ‖a − b‖² between two draws
///
/// (Tolstikhin et al., ICLR 2018). The estimate is unbiased, so it is around 0, and sometimes
/// below, if the two agree. A single example has 0.
inline Var mmd_to_normal(Var codes, Rng& rng) {
  if (codes.shape()[0] < 2) return 0 * sum(codes);
  return mmd_imq(codes, normal_like(codes, rng), 2 * static_cast<Scalar>(codes.shape()[1]));
}

}}  // namespace hourglass
