#include "hourglass/models/core/code_prior.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "hourglass/autograd/operations.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

/// All 3⁴ codes of four numbers below 3.
Tensor all_codes() {
  Tensor codes = filled({81, 4});
  for (std::size_t n = 0; n < 81; ++n)
    for (std::size_t i = 0, left = n; i < 4; ++i, left /= 3)
      codes(n, i) = static_cast<Scalar>(left % 3);
  return codes;
}

Tensor log_probabilities(CodePrior& prior, const Tensor& codes) {
  Tape tape(Tape::Gradients::off);
  return prior.log_likelihood(tape.constant(codes)).value();
}

struct CodePriorTest : ::testing::Test {
  CodePriorTest() {
    for (Parameter* parameter : prior.parameters())
      if (parameter->name.starts_with("network")) parameter->value *= Scalar(4);
  }
  Rng rng{1};
  CodePrior prior{4, 3, rng, {.hidden = {16}, .direct = false}};
};

TEST_F(CodePriorTest, PredictsANumberFromThoseBeforeItAlone) {
  Tape tape(Tape::Gradients::off);
  const Tensor codes = all_codes(), before = prior(tape.constant(codes)).value();
  for (std::size_t changed = 0; changed < 4; ++changed) {
    Tensor other = codes;
    for (std::size_t n = 0; n < 81; ++n) other(n, changed) = 2 - codes(n, changed);
    const Tensor after = prior(tape.constant(other)).value();
    for (std::size_t n = 0; n < 81; ++n)
      for (std::size_t j = 0; j < 3 * (changed + 1); ++j) EXPECT_EQ(after(n, j), before(n, j));
  }
}

TEST_F(CodePriorTest, IsADistributionOfCodesFromWhichItDraws) {
  constexpr std::size_t count = 20'000;
  const Tensor log_p = log_probabilities(prior, all_codes());
  const Tensor drawn = prior.draw(count, rng);
  std::vector<double> frequency(81);
  for (std::size_t n = 0; n < count; ++n)
    frequency[static_cast<std::size_t>(drawn(n, 0) + 3 * drawn(n, 1) + 9 * drawn(n, 2) +
                                       27 * drawn(n, 3))] += 1.0 / count;
  double sum = 0;
  for (std::size_t n = 0; n < 81; ++n) {
    const double p = std::exp(double(log_p(n)));
    sum += p;
    EXPECT_NEAR(frequency[n], p, 5 * std::sqrt(p * (1 - p) / count)) << n;
  }
  EXPECT_NEAR(sum, 1, 1e-5);
}

// The third number is the sum of the first two, which pairs of positions do not show; the fourth is
// the first again.
TEST(CodePrior, LearnsWhatFollowsFromSeveralNumbersAtOnce) {
  Rng rng(1);
  Tensor codes = filled({500, 4});
  for (std::size_t n = 0; n < 500; ++n) {
    const std::uint32_t a = rng.below(3), b = rng.below(3);
    codes(n, 0) = codes(n, 3) = static_cast<Scalar>(a);
    codes(n, 1) = static_cast<Scalar>(b);
    codes(n, 2) = static_cast<Scalar>((a + b) % 3);
  }
  CodePrior prior(4, 3, rng, {.hidden = {32}, .direct = false});
  prior.fit(codes, {.epochs = 60, .batch = 50, .lr = 0.01}, Rng(2));
  double nats = 0;
  for (Scalar log_p : log_probabilities(prior, codes)) nats -= log_p / 500;
  EXPECT_NEAR(nats, 2 * std::log(3.0), 0.05);
  const Tensor drawn = prior.draw(200, rng);
  std::size_t right = 0;
  for (std::size_t n = 0; n < 200; ++n)
    right += std::fmod(drawn(n, 0) + drawn(n, 1), 3) == drawn(n, 2) && drawn(n, 0) == drawn(n, 3);
  EXPECT_GT(right, 190u);
}

}  // namespace
}  // namespace hourglass::testing
