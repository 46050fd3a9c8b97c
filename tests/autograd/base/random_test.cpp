#include "hourglass/autograd/base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

/// What `uniform` makes of 32 bits: the upper 23 as a number in the middle of its cell.
double to_unit(std::uint32_t bits) {
  return (static_cast<double>(bits >> 9) + 0.5) / 8388608.0;
}

// Random123's kat_vectors, philox4x32 with 10 rounds.
TEST(Rng, GivesTheKnownAnswersOfPhilox) {
  Rng zeros(0, 0, 0);  // key 0 0, counter 0 0 0 0; a block's words are used from the last one on
  for (std::uint32_t word : {0x9b00dbd8u, 0xbc57ac4cu, 0xe169c58du, 0x6627e8d5u})
    EXPECT_EQ(zeros.uniform(), to_unit(word));

  const std::uint64_t all_ones = -1;
  Rng ones(all_ones, all_ones, all_ones);
  for (std::uint32_t word : {0x6d5451fdu, 0xa20bc7c6u, 0x41c83b0eu, 0x408f276du})
    EXPECT_EQ(ones.uniform(), to_unit(word));

  // The digits of π: counter 243f6a88 85a308d3 13198a2e 03707344, key a4093822 299f31d0.
  Rng pi(0x299f31d0a4093822u, 0x0370734413198a2eu, 0x85a308d3243f6a88u);
  for (std::uint32_t word : {0x24126ea1u, 0x5001e420u, 0x94fdccebu, 0xd16cfe09u})
    EXPECT_EQ(pi.uniform(), to_unit(word));
}

TEST(Rng, DrawsTheSameUniformNumbersInFloatAndDouble) {
  Tensor drawn = filled({4});
  Rng(0).fill_uniform(drawn, 0, 1);
  const std::uint32_t words[] = {0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(drawn(i), to_unit(words[i]));
}

TEST(Rng, RepeatsItselfForTheSameSeedAlone) {
  Rng one(7), same(7), other(8), other_stream(7, 1);
  const double first = one.uniform();
  EXPECT_EQ(same.uniform(), first);
  EXPECT_NE(other.uniform(), first);
  EXPECT_NE(other_stream.uniform(), first);
}

TEST(Rng, GoesOnFromItsCounter) {
  Rng whole(7);
  Tensor numbers = filled({8});
  whole.fill_uniform(numbers, 0, 1);
  EXPECT_EQ(whole.counter(), 2u);
  Rng resumed(whole.seed(), whole.stream(), whole.counter());
  EXPECT_EQ(resumed.uniform(), whole.uniform());
}

TEST(Rng, ForksIndependentlyOfWhatWasDrawn) {
  Rng fresh(7), used(7);
  for (int i = 0; i < 5; ++i) used.uniform();
  EXPECT_EQ(fresh.fork(3).uniform(), used.fork(3).uniform());
}

TEST(Rng, ForksIntoGeneratorsThatAllDiffer) {
  const Rng root(7);
  std::set<std::uint64_t> streams = {root.stream()};
  for (std::uint64_t id = 0; id < 100; ++id) {
    const Rng child = root.fork(id);
    EXPECT_EQ(child.seed(), root.seed());
    streams.insert(child.stream());
    for (std::uint64_t below = 0; below < 100; ++below) streams.insert(child.fork(below).stream());
  }
  EXPECT_EQ(streams.size(), 1u + 100 + 10000);
}

TEST(Rng, DrawsUniformNumbersInsideTheInterval) {
  Tensor drawn = filled({100'000});
  Rng(3).fill_uniform(drawn, 2, 6);
  EXPECT_GE(*std::min_element(drawn.begin(), drawn.end()), 2);
  EXPECT_LE(*std::max_element(drawn.begin(), drawn.end()), 6);
  // Mean 4 with deviation 4/√12 / √n = 0.0037, of which five are allowed; variance 16/12.
  const double mean = std::accumulate(drawn.begin(), drawn.end(), 0.0) / 100'000;
  EXPECT_NEAR(mean, 4, 5 * 0.0037);
  double variance = 0;
  for (Scalar number : drawn) variance += (number - mean) * (number - mean) / 100'000;
  EXPECT_NEAR(variance, 16.0 / 12, 5 * 16 * std::sqrt(1.0 / 180 / 100'000));
}

TEST(Rng, NeverDrawsZeroOrOne) {
  EXPECT_GT(to_unit(0), 0);
  EXPECT_LT(static_cast<float>(to_unit(0xffffffffu)), 1);
  Rng rng(1);
  for (int i = 0; i < 100'000; ++i) {
    const double u = rng.uniform();
    ASSERT_GT(u, 0);
    ASSERT_LT(static_cast<float>(u), 1);
  }
}

TEST(Rng, DrawsNormalNumbersOfTheirMoments) {
  constexpr std::size_t n = 1'000'000;
  Tensor drawn = filled({n});
  Rng(3).fill_normal(drawn, 2, 3);
  double moments[5] = {};
  for (Scalar number : drawn) {
    const double z = (number - 2.0) / 3;
    for (int k = 1; k <= 4; ++k) moments[k] += std::pow(z, k) / n;
  }
  // Five standard errors: the k-th moment's estimate has the variance (E z²ᵏ − (E zᵏ)²) / n.
  const double root = std::sqrt(static_cast<double>(n));
  EXPECT_NEAR(moments[1], 0, 5 * 1 / root);
  EXPECT_NEAR(moments[2], 1, 5 * std::sqrt(3.0 - 1) / root);
  EXPECT_NEAR(moments[3], 0, 5 * std::sqrt(15.0) / root);
  EXPECT_NEAR(moments[4], 3, 5 * std::sqrt(105.0 - 9) / root);
}

TEST(Rng, DrawsNormalNumbersThatAreIndependentOfTheirNeighbours) {
  constexpr std::size_t n = 200'000;
  Tensor drawn = filled({n});
  Rng(4).fill_normal(drawn, 0, 1);
  for (std::size_t lag : {1, 2, 3, 4}) {
    double products = 0;
    for (std::size_t i = 0; i + lag < n; ++i) products += double(drawn(i)) * drawn(i + lag) / n;
    EXPECT_NEAR(products, 0, 5 / std::sqrt(double(n))) << "lag " << lag;
  }
}

TEST(Rng, FillsTensorsOfSizesThatAreNoMultipleOfFour) {
  Tensor five = filled({5}), eight = filled({8});
  Rng(1).fill_normal(five, 0, 1);
  Rng(1).fill_normal(eight, 0, 1);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(five(i), eight(i));
}

/// Σ (count − expected)² / expected. With df degrees of freedom it has mean df and deviation √(2
/// df).
double chi_square(const std::vector<int>& counts) {
  const double expected =
      std::accumulate(counts.begin(), counts.end(), 0.0) / static_cast<double>(counts.size());
  double sum = 0;
  for (int count : counts) sum += (count - expected) * (count - expected) / expected;
  return sum;
}

TEST(Rng, DrawsEachNumberBelowABoundEquallyOften) {
  for (std::uint32_t bound : {1u, 2u, 3u, 7u, 10u, 100u}) {
    Rng rng(bound);
    std::vector<int> counts(bound);
    for (int i = 0; i < 100'000; ++i) ++counts.at(rng.below(bound));
    const double freedom = bound - 1.0;
    EXPECT_LE(chi_square(counts), freedom + 5 * std::sqrt(2 * freedom) + 1e-9) << bound;
  }
}

// 3·2³⁰ does not divide 2³²: a plain remainder would draw the lowest third twice as often as the
// others, and the high half of a product the multiples of three.
TEST(Rng, FavoursNoNumberBelowALargeBound) {
  Rng rng(5);
  std::vector<int> thirds(3), remainders(3);
  for (int i = 0; i < 30'000; ++i) {
    const std::uint32_t drawn = rng.below(3u << 30);
    ++thirds.at(drawn >> 30);
    ++remainders.at(drawn % 3);
  }
  EXPECT_LE(chi_square(thirds), 2 + 5 * std::sqrt(2 * 2.0));
  EXPECT_LE(chi_square(remainders), 2 + 5 * std::sqrt(2 * 2.0));
}

TEST(Rng, ShufflesIntoAPermutation) {
  std::vector<std::uint32_t> order(1000, 77);
  Rng(1).shuffle(order);
  std::vector<std::uint32_t> all(1000);
  std::iota(all.begin(), all.end(), 0u);
  EXPECT_NE(order, all);
  std::sort(order.begin(), order.end());
  EXPECT_EQ(order, all);
}

TEST(Rng, ShufflesEachNumberToEachPlaceEquallyOften) {
  constexpr std::size_t n = 6;
  Rng rng(2);
  std::vector<std::vector<int>> counts(n, std::vector<int>(n));
  std::vector<std::uint32_t> order(n);
  for (int i = 0; i < 60'000; ++i) {
    rng.shuffle(order);
    for (std::size_t place = 0; place < n; ++place) ++counts[place][order[place]];
  }
  for (std::size_t place = 0; place < n; ++place)
    EXPECT_LE(chi_square(counts[place]), 5 + 5 * std::sqrt(2 * 5.0)) << "place " << place;
}

TEST(Rng, ShufflesIntoEveryOrderEquallyOften) {
  Rng rng(3);
  std::vector<std::uint32_t> order(4);
  std::map<std::vector<std::uint32_t>, int> met;
  for (int i = 0; i < 48'000; ++i) {
    rng.shuffle(order);
    ++met[order];
  }
  std::vector<int> counts;
  for (const auto& [permutation, count] : met) counts.push_back(count);
  EXPECT_EQ(counts.size(), 24u);
  EXPECT_LE(chi_square(counts), 23 + 5 * std::sqrt(2 * 23.0));
}

}  // namespace
}  // namespace hourglass::testing
