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
  EXPECT_NEAR(frechet_distance(rows, rows), 0, 1e-3);
}

TEST(Frechet, OfTwoNormalDistributionsIsTheClosedForm) {
  // in each of 3 numbers (2 − 0)² + (3 − 1)²
  EXPECT_NEAR(frechet_distance(samples(40000, 0, 1, 1), samples(40000, 2, 3, 2)), 3 * 8, 0.5);
  // covariances (5 4; 4 5) and 1: eigenvalues 9 and 1, so that (3 − 1)² + 0 is left
  const Tensor square = tensor({4, 2}, {3, 3, -3, -3, 1, -1, -1, 1}),
               round = tensor({4, 2}, {1, 1, 1, -1, -1, 1, -1, -1});
  EXPECT_NEAR(frechet_distance(square, round), 4, 1e-4);
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
