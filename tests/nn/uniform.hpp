#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/tensors.hpp"

namespace hourglass::testing {

/// Checks that numbers fill ±bound evenly.
inline void expect_uniform(const Tensor& drawn, double bound) {
  const double lowest = *std::min_element(drawn.begin(), drawn.end());
  const double highest = *std::max_element(drawn.begin(), drawn.end());
  EXPECT_GE(lowest, -bound * (1 + epsilon));
  EXPECT_LE(highest, bound * (1 + epsilon));
  const auto n = static_cast<double>(drawn.size());
  // That no one of n draws comes within 20/n of an end has the probability e⁻¹⁰ (of 2 bound).
  EXPECT_LT(lowest, -bound * (1 - 20 / n));
  EXPECT_GT(highest, bound * (1 - 20 / n));
  double squares = 0;
  for (Scalar number : drawn) squares += double(number) * number / n;
  // E u² = bound²/3 with the variance bound⁴ (1/5 − 1/9) / n; five standard errors.
  EXPECT_NEAR(squares, bound * bound / 3, 5 * bound * bound * std::sqrt((1 / 5. - 1 / 9.) / n));
}

}  // namespace hourglass::testing
