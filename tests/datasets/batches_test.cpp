#include "hourglass/datasets/batches.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/datasets/files.hpp"

namespace hourglass::testing { namespace {

/// Example i is the two bytes i, 255 − i.
Dataset numbered(std::size_t count) {
  Bytes bytes;
  for (std::size_t i = 0; i < count; ++i) {
    bytes.push_back(static_cast<std::uint8_t>(i));
    bytes.push_back(static_cast<std::uint8_t>(255 - i));
  }
  return Dataset("numbered", {2}, bytes);
}

int to_byte(Scalar value) {
  return static_cast<int>(std::lround(value * 255));
}

/// The numbers of the examples in the order in which an epoch meets them.
std::vector<int> order(Batches& batches, std::size_t epoch) {
  std::vector<int> numbers;
  for (std::size_t i = 0; i < batches.per_epoch(); ++i) {
    const Tensor& batch = batches.get(epoch, i);
    for (std::size_t row = 0; row < batch.shape()[0]; ++row)
      numbers.push_back(to_byte(batch(row, 0)));
  }
  return numbers;
}

TEST(Batches, MeetsEachExampleOnceAnEpoch) {
  Batches batches(numbered(100), 8, Rng(1));
  std::vector<int> all(100);
  std::iota(all.begin(), all.end(), 0);
  for (std::size_t epoch = 0; epoch < 3; ++epoch) {
    std::vector<int> met = order(batches, epoch);
    EXPECT_NE(met, all);
    std::sort(met.begin(), met.end());
    EXPECT_EQ(met, all) << "epoch " << epoch;
  }
}

TEST(Batches, KeepsTheValuesOfAnExampleTogetherInZeroToOne) {
  Batches batches(numbered(100), 8, Rng(1));
  for (std::size_t i = 0; i < batches.per_epoch(); ++i) {
    const Tensor& batch = batches.get(0, i);
    for (std::size_t row = 0; row < batch.shape()[0]; ++row) {
      EXPECT_NEAR(batch(row, 0) + batch(row, 1), 1, 1e-6);
      EXPECT_GE(batch(row, 0), 0);
      EXPECT_LE(batch(row, 1), 1);
    }
  }
}

TEST(Batches, GivesASmallerLastBatch) {
  Batches batches(numbered(100), 8, Rng(1));
  ASSERT_EQ(batches.per_epoch(), 13u);
  EXPECT_EQ(batches.examples(), 100u);
  EXPECT_EQ(batches.get(0, 0).shape(), (Shape{8, 2}));
  EXPECT_EQ(batches.get(0, 11).shape(), (Shape{8, 2}));
  EXPECT_EQ(batches.get(0, 12).shape(), (Shape{4, 2}));
}

TEST(Batches, GivesNoLastBatchWhereTheSizeDivides) {
  Batches batches(numbered(96), 8, Rng(1));
  ASSERT_EQ(batches.per_epoch(), 12u);
  EXPECT_EQ(batches.get(0, 11).shape(), (Shape{8, 2}));
}

TEST(Batches, GivesOneBatchWhereAllExamplesFit) {
  Batches batches(numbered(5), 1000, Rng(1));
  ASSERT_EQ(batches.per_epoch(), 1u);
  EXPECT_EQ(batches.get(0, 0).shape(), (Shape{5, 2}));
}

TEST(Batches, OrdersBySeedAndEpochAlone) {
  Batches a(numbered(100), 8, Rng(1)), b(numbered(100), 8, Rng(1)), c(numbered(100), 8, Rng(2));
  EXPECT_EQ(order(a, 0), order(b, 0));
  EXPECT_NE(order(a, 0), order(a, 1));
  EXPECT_NE(order(a, 0), order(c, 0));
}

TEST(Batches, MeetsTheSameBatchesWhenResumedInALaterEpoch) {
  Batches whole(numbered(100), 8, Rng(1));
  order(whole, 0);
  order(whole, 1);
  Batches resumed(numbered(100), 8, Rng(1));
  for (std::size_t i = 5; i < whole.per_epoch(); ++i)
    EXPECT_EQ(resumed.get(2, i), whole.get(2, i)) << "batch " << i;
}

TEST(Batches, DoesNotMindWhatWasDrawnFromTheGenerator) {
  Rng used(1);
  used.uniform();
  Batches a(numbered(100), 8, used), b(numbered(100), 8, Rng(1));
  EXPECT_EQ(order(a, 0), order(b, 0));
}

TEST(Batches, GoesBackToAnEarlierEpoch) {
  Batches batches(numbered(100), 8, Rng(1));
  const std::vector<int> first = order(batches, 0);
  order(batches, 1);
  EXPECT_EQ(order(batches, 0), first);
}

TEST(Batches, CutsASliceWithoutTheRest) {
  Batches batches(numbered(100).slice(90, 10), 4, Rng(1));
  std::vector<int> met = order(batches, 0);
  std::sort(met.begin(), met.end());
  EXPECT_EQ(met, (std::vector{90, 91, 92, 93, 94, 95, 96, 97, 98, 99}));
}

TEST(Batches, RefusesWhatCannotBeCut) {
  EXPECT_EQ(message_of<DataError>([] { Batches(numbered(0), 8, Rng(1)); }),
            "numbered: there are no examples to make batches of");
  EXPECT_EQ(message_of<ConfigError>([] { Batches(numbered(10), 0, Rng(1)); }),
            "batch: 0 examples; must be at least 1");
  EXPECT_EQ(message_of<ConfigError>([] { Batches(numbered(10), 5, Rng(1)).get(0, 2); }),
            "batch: there is no batch 2 among 2");
}

}  // namespace
}  // namespace hourglass::testing
