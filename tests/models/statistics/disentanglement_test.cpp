#include "hourglass/models/statistics/disentanglement.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "hourglass/autograd/base/error.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

/// Four factors of five values, each combination once.
std::vector<KnownFactor> four_factors() {
  std::vector<KnownFactor> factors = {{"a", 5}, {"b", 5}, {"c", 5}, {"d", 5}};
  for (std::size_t i = 0; i < 625; ++i)
    for (std::size_t k = 0, left = i; k < 4; ++k, left /= 5)
      factors[k].values.push_back(static_cast<std::uint8_t>(left % 5));
  return factors;
}

/// Codes that are a linear map of the factors, centred: row i of `map` makes dimension i.
Tensor mapped(const std::vector<KnownFactor>& factors, const Tensor& map) {
  const std::size_t rows = factors[0].values.size(), dimensions = map.shape()[0];
  Tensor codes = filled({rows, dimensions});
  for (std::size_t n = 0; n < rows; ++n)
    for (std::size_t i = 0; i < dimensions; ++i)
      for (std::size_t k = 0; k < factors.size(); ++k)
        codes(n, i) += map(i, k) * (static_cast<Scalar>(factors[k].values[n]) - 2);
  return codes;
}

/// Each factor in a dimension of its own, in another order, scale and direction.
Tensor the_factors(const std::vector<KnownFactor>& factors) {
  return mapped(factors, tensor({4, 4}, {0, 0, 3, 0, -1, 0, 0, 0, 0, 0, 0, 0.5, 0, 2, 0, 0}));
}

/// Each dimension holds all factors in equal parts: the rotation that is farthest from every axis.
Tensor rotated(const std::vector<KnownFactor>& factors) {
  return mapped(factors, tensor({4, 4}, {.5, .5, .5, .5, .5, -.5, .5, -.5, .5, .5, -.5, -.5, .5,
                                         -.5, -.5, .5}));
}

Tensor noise(std::size_t rows, std::size_t dimensions) {
  Tensor codes = filled({rows, dimensions});
  Rng(5).fill_normal(codes, 0, 1);
  return codes;
}

/// The code with more dimensions that hold nothing: `constant` in all rows.
Tensor with_unused(const Tensor& codes, std::size_t more, Scalar constant) {
  const std::size_t own = codes.shape()[1];
  Tensor wide = filled({codes.shape()[0], own + more});
  for (std::size_t n = 0; n < codes.shape()[0]; ++n)
    for (std::size_t i = 0; i < own + more; ++i) wide(n, i) = i < own ? codes(n, i) : constant;
  return wide;
}

TEST(Disentanglement, IsOneOfTheFactorsThemselves) {
  const std::vector<KnownFactor> factors = four_factors();
  const Tensor codes = the_factors(factors);
  EXPECT_NEAR(mutual_information_gap(codes, factors), 1, 1e-12);
  const Dci scores = dci(codes, factors);
  EXPECT_NEAR(scores.disentanglement, 1, 1e-4);  // but for rounding of the standardised columns
  EXPECT_NEAR(scores.completeness, 1, 1e-4);
  EXPECT_NEAR(scores.informativeness, 1, 1e-4);  // but for the penalty of ridge regression
  EXPECT_EQ(factor_vae_score(codes, factors, Rng(1)), 1);
}

TEST(Disentanglement, IsOneWhateverElseOfTheCodeHoldsNothing) {
  const std::vector<KnownFactor> factors = four_factors();
  const Tensor codes = with_unused(the_factors(factors), 3, 0.7);
  EXPECT_NEAR(mutual_information_gap(codes, factors), 1, 1e-12);
  const Dci scores = dci(codes, factors);
  EXPECT_NEAR(scores.disentanglement, 1, 1e-4);
  EXPECT_NEAR(scores.completeness, 1, 1e-4);
  EXPECT_EQ(factor_vae_score(codes, factors, Rng(1)), 1);
}

TEST(Disentanglement, IsZeroOfARotationThatSaysJustAsMuch) {
  const std::vector<KnownFactor> factors = four_factors();
  const Tensor codes = rotated(factors);
  EXPECT_NEAR(mutual_information_gap(codes, factors), 0, 0.01);
  const Dci scores = dci(codes, factors);
  EXPECT_NEAR(scores.disentanglement, 0, 1e-4);
  EXPECT_NEAR(scores.completeness, 0, 1e-4);
  EXPECT_NEAR(scores.informativeness, 1, 1e-4);
  EXPECT_NEAR(factor_vae_score(codes, factors, Rng(1)), 0.25, 0.1);
}

TEST(Disentanglement, IsNearZeroOfNoise) {
  std::vector<KnownFactor> factors = four_factors();
  for (KnownFactor& factor :
       factors) {  // eight times as many, so that estimates have little variance
    const std::vector<std::uint8_t> once = factor.values;
    for (int i = 1; i < 8; ++i) factor.values.insert(factor.values.end(), once.begin(), once.end());
  }
  const Tensor codes = noise(5000, 6);
  EXPECT_NEAR(mutual_information_gap(codes, factors), 0, 0.01);
  const Dci scores = dci(codes, factors);
  EXPECT_LT(scores.disentanglement, 0.3);
  EXPECT_LT(scores.completeness, 0.3);
  EXPECT_NEAR(scores.informativeness, 0, 0.01);
  EXPECT_NEAR(factor_vae_score(codes, factors, Rng(1)), 0.25, 0.05);
}

TEST(Disentanglement, TellsAFactorInTwoDimensionsFromADimensionOfTwoFactors) {
  const std::vector<KnownFactor> factors = four_factors();
  // The first factor in two dimensions that share it: disentangled, not complete.
  const Tensor shared =
      mapped(factors, tensor({5, 4}, {1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1}));
  const Dci twice = dci(shared, factors);
  EXPECT_NEAR(twice.disentanglement, 1, 1e-4);
  EXPECT_NEAR(twice.completeness, (3 + 1 - std::log(2) / std::log(5)) / 4, 1e-4);
  EXPECT_NEAR(mutual_information_gap(shared, factors), 0.75, 1e-12);
  // The first two factors in one dimension, and nothing else of them.
  const Tensor merged = mapped(factors, tensor({3, 4}, {1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1}));
  const Dci both = dci(merged, factors);
  EXPECT_NEAR(both.completeness, 1, 1e-4);
  const double share = std::sqrt(2) / (std::sqrt(2) + 2);  // of the weights: twice √½, and two of 1
  EXPECT_NEAR(both.disentanglement, 1 - share * std::log(2) / std::log(4), 1e-3);
}

TEST(Disentanglement, LeavesOutAFactorThatDoesNotVary) {
  std::vector<KnownFactor> factors = four_factors();
  const Tensor codes = the_factors(factors);
  std::fill(factors[1].values.begin(), factors[1].values.end(), std::uint8_t{3});
  EXPECT_NEAR(mutual_information_gap(codes, factors), 1, 1e-12);
  EXPECT_EQ(factor_vae_score(codes, factors, Rng(1)), 1);
}

TEST(Disentanglement, RefusesWhatCannotBeMeasured) {
  const std::vector<KnownFactor> factors = four_factors();
  const auto refusal = [](const Tensor& codes, const std::vector<KnownFactor>& some) {
    return message_of<ConfigError>([&] { mutual_information_gap(codes, some); });
  };
  EXPECT_EQ(refusal(noise(4, 2), factors), "disentanglement: 4 codes, but 625 values of a");
  EXPECT_PRED2(contains, refusal(noise(625, 2), {}), "no factor varies");
  EXPECT_PRED2(contains, refusal(noise(2, 2), {{"a", 2, {0, 2}}}), "a value of 2, but 2 choices");
  Tensor broken = the_factors(factors);
  broken(3, 1) = std::numeric_limits<Scalar>::quiet_NaN();
  EXPECT_PRED2(contains, refusal(broken, factors), "not finite");
}

}  // namespace
}  // namespace hourglass::testing
