#include "hourglass/models/statistics/sample_quality.hpp"

#include <gtest/gtest.h>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/base/random.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

Tensor samples(std::size_t count, Scalar mean, Scalar deviation, std::uint64_t seed) {
  Tensor rows = filled({count, 3});
  Rng rng(seed);
  rng.fill_normal(rows, mean, deviation);
  return rows;
}

TEST(Frechet, OfEqualSamplesIsZero) {
  const Tensor rows = samples(500, 1, 2, 1);
  EXPECT_NEAR(frechet_distance(rows, rows), 0, 1e-10);
}

TEST(Frechet, OfTwoNormalDistributionsIsTheClosedForm) {
  // in each of 3 numbers (2 − 0)² + (3 − 1)²
  EXPECT_NEAR(frechet_distance(samples(40000, 0, 1, 1), samples(40000, 2, 3, 2)), 3 * 8, 0.5);
  // covariances 4/3 (5 4; 4 5) and 4/3: eigenvalues 4/3 of 9 and 1, so that 4/3 (3 − 1)² + 0 is left
  const Tensor square = tensor({4, 2}, {3, 3, -3, -3, 1, -1, -1, 1}),
               round = tensor({4, 2}, {1, 1, 1, -1, -1, 1, -1, -1});
  EXPECT_NEAR(frechet_distance(square, round), 16.0 / 3, 1e-12);
}

TEST(Frechet, IsExactOfFeaturesThatGoTogether) {
  // Twenty features that are multiples of three independent ones: 17 eigenvalues are 0.
  const auto spread = [](const Tensor& few) {
    Tensor wide = filled({few.shape()[0], 20});
    for (std::size_t i = 0; i < few.shape()[0]; ++i)
      for (std::size_t j = 0; j < 20; ++j)
        wide(i, j) = few(i, j % 3) * static_cast<Scalar>(1 << j / 3);  // by powers of 2: exact
    return wide;
  };
  const Tensor a = samples(400, 0, 1, 1), b = samples(400, 0, 2, 2);
  // Along each of the three, d² is that of the one feature times the squared length of its copies.
  double expected = 0;
  for (std::size_t k = 0; k < 3; ++k) {
    Tensor one = filled({400, 1}), other = filled({400, 1});
    double length = 0;
    for (std::size_t j = k; j < 20; j += 3) length += std::pow(4.0, double(j / 3));
    for (std::size_t i = 0; i < 400; ++i) {
      one(i, 0) = a(i, k);
      other(i, 0) = b(i, k);
    }
    expected += length * frechet_distance(one, other);
  }
  // The three are drawn independently, so their sample covariances are nearly, not quite, diagonal.
  EXPECT_NEAR(frechet_distance(spread(a), spread(b)), expected, 0.02 * expected);
}

TEST(PrecisionAndRecall, AreOneOfEqualSamplesAndZeroOfDistantOnes) {
  const Tensor here = samples(300, 0, 1, 1), there = samples(300, 100, 1, 2);
  const PrecisionRecall same = precision_recall(here, here), apart = precision_recall(here, there);
  EXPECT_EQ(same.precision, 1);
  EXPECT_EQ(same.recall, 1);
  EXPECT_EQ(apart.precision, 0);
  EXPECT_EQ(apart.recall, 0);
}

TEST(PrecisionAndRecall, OfWhatIsAlwaysTheSameAreHighAndLow) {
  const PrecisionRecall narrow = precision_recall(samples(600, 0, 1, 1), samples(600, 0, 0.05f, 2));
  EXPECT_GT(narrow.precision, 0.95);
  EXPECT_LT(narrow.recall, 0.1);
}

TEST(Judge, SaysWhatItCannotCompare) {
  const auto refused = [](auto action, const char* words) {
    EXPECT_PRED2(contains, message_of<ConfigError>(action), words);
  };
  refused([] { frechet_distance(filled({5, 2}), filled({5, 3})); }, "same features");
  refused([] { precision_recall(filled({3, 2}), filled({5, 2})); }, "3 real and 5 generated");
}

}  // namespace
}  // namespace hourglass::testing
