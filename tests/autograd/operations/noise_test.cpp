// The statistics of noise: of a million draws, within five deviations.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/operations.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

constexpr std::size_t draws = 1000000;

class Noise : public ::testing::Test {
 protected:
  Var ones() { return tape.constant(filled({draws}, 1)); }
  static double share_of(Var y, Scalar value) {
    return static_cast<double>(std::count(y.value().begin(), y.value().end(), value)) / draws;
  }
  /// Five deviations of a share of so many draws.
  static double tolerance(double share) { return 5 * std::sqrt(share * (1 - share) / draws); }

  Tape tape;
  Rng rng{1};
};

TEST_F(Noise, OfDropoutHasItsRateAndKeepsTheExpectation) {
  Var y = dropout(ones(), Scalar(0.2), rng);
  EXPECT_NEAR(share_of(y, 0), 0.2, tolerance(0.2));
  EXPECT_NEAR(share_of(y, Scalar(1.25)), 0.8, tolerance(0.2));
  EXPECT_NEAR(mean(y).item(), 1, 1.25 * tolerance(0.2));
}

TEST_F(Noise, OfDropoutAtRate0IsNone) {
  EXPECT_EQ(share_of(dropout(ones(), 0, rng), 1), 1);
}

TEST_F(Noise, OfDropoutIsTheSameForTheGradient) {
  Parameter x({1000});
  x.value.fill(1);
  Var y = dropout(tape.parameter(x), Scalar(0.5), rng);
  tape.backward(sum(y));
  EXPECT_TRUE(is_same(x.grad, y.value()));
}

TEST_F(Noise, IsNewAtEachCallAndRepeatsWithTheSeed) {
  Var first = dropout(ones(), Scalar(0.5), rng), second = dropout(ones(), Scalar(0.5), rng);
  EXPECT_FALSE(is_same(first.value(), second.value()));
  Rng again(1);
  EXPECT_TRUE(is_same(dropout(ones(), Scalar(0.5), again).value(), first.value()));
}

TEST_F(Noise, OfAGaussianHasItsMeanAndDeviation) {
  Var y = gaussian_noise(ones(), Scalar(0.5), rng);
  EXPECT_NEAR(mean(y).item(), 1, 5 * 0.5 / std::sqrt(draws));
  EXPECT_NEAR(std::sqrt(var(y).item()), 0.5, 5 * 0.5 / std::sqrt(2.0 * draws));
}

TEST_F(Noise, OfAGaussianWithDeviation0IsNone) {
  EXPECT_EQ(share_of(gaussian_noise(ones(), 0, rng), 1), 1);
}

TEST_F(Noise, OfAMaskHasItsRate) {
  Var y = masking_noise(ones(), Scalar(0.3), rng);
  EXPECT_NEAR(share_of(y, 0), 0.3, tolerance(0.3));
  EXPECT_NEAR(share_of(y, 1), 0.7, tolerance(0.3));
  EXPECT_EQ(share_of(masking_noise(ones(), 0, rng), 1), 1);
  EXPECT_EQ(share_of(masking_noise(ones(), 1, rng), 0), 1);
}

TEST_F(Noise, OfSaltAndPepperHasHalfItsRateOfEach) {
  Var y = salt_and_pepper_noise(tape.constant(filled({draws}, Scalar(0.5))), Scalar(0.3), rng);
  EXPECT_NEAR(share_of(y, 0), 0.15, tolerance(0.15));
  EXPECT_NEAR(share_of(y, 1), 0.15, tolerance(0.15));
  EXPECT_NEAR(share_of(y, Scalar(0.5)), 0.7, tolerance(0.3));
}

}  // namespace
}  // namespace hourglass::testing
