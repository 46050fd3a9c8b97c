#include "hourglass/models/statistics/imputation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

const Scalar missing = std::numeric_limits<Scalar>::quiet_NaN();

TEST(ImputeByMeans, FillsInTheMeanOfWhatAColumnKnows) {
  const Tensor rows =
      tensor({3, 3}, {1, 2, std::nan(""), 3, std::nan(""), std::nan(""), 8, 4, std::nan("")});
  EXPECT_TRUE(
      is_near(impute_by_means(rows), tensor({3, 3}, {1, 2, 0, 3, 3, 0, 8, 4, 0}), 4 * epsilon));
}

/// Rows on a plane in five dimensions, of which every seventh number is missing.
struct Plane {
  Tensor rows, gaps;
  Plane() : rows(filled({60, 5})) {
    const Tensor codes = random_tensor({60, 2}, 1), directions = random_tensor({2, 5}, 2);
    for (std::size_t row = 0; row < 60; ++row)
      for (std::size_t k = 0; k < 5; ++k)
        rows(row, k) = codes(row, 0) * directions(0, k) + codes(row, 1) * directions(1, k);
    gaps = rows;
    for (std::size_t i = 0; i < gaps.size(); i += 7) gaps.data()[i] = missing;
  }
};

TEST(ImputeByPca, FindsRowsOnAPlaneAgain) {
  const Plane plane;
  EXPECT_TRUE(is_near(impute_by_pca(plane.gaps, 2), plane.rows, 2e-3));
  EXPECT_FALSE(is_near(impute_by_means(plane.gaps), plane.rows, 0.05));
}

TEST(ImputeByPca, ChoosesItsComponentsByNumbersThatAreHiddenFromIt) {
  EXPECT_EQ(components_for_imputation(Plane().gaps, 4, Rng(1)), 2u);
}

}  // namespace
}  // namespace hourglass::testing
