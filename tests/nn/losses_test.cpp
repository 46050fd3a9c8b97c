#include "hourglass/nn/losses.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

class Losses : public ::testing::Test {
 protected:
  Tape tape{Tape::Gradients::off};
  // Squared errors of 1 + 4 + 0 and 0 + 9 + 16.
  Var x = tape.constant(tensor({2, 3}, {1, 2, 3, 4, 5, 6}));
  Var t = tape.constant(tensor({2, 3}, {0, 4, 3, 4, 2, 10}));
};

TEST_F(Losses, OfEachExampleAreSummedOverItsElements) {
  EXPECT_TRUE(is_same(squared_error<EachExample>(x, t).value(), tensor({2}, {5, 25})));
}

TEST_F(Losses, PerExampleAreAveragedOverTheBatch) {
  Var loss = squared_error<PerExample>(x, t);
  EXPECT_EQ(loss.shape(), Shape{});
  EXPECT_EQ(loss.item(), 15);
}

TEST_F(Losses, PerElementAreAveragedOverElementsToo) {
  Var loss = squared_error<PerElement>(x, t);
  EXPECT_EQ(loss.shape(), Shape{});
  EXPECT_NEAR(loss.item(), 5, 5 * epsilon);
}

TEST_F(Losses, OfCrossEntropyAreReducedInTheSameWays) {
  // At z = 0 every element costs ln 2, whatever its target.
  Var z = tape.constant(filled({4, 3})), targets = tape.constant(random_tensor({4, 3}, 1, 0, 1));
  const double ln2 = 0.693147180559945;
  EXPECT_TRUE(is_near(binary_cross_entropy<EachExample>(z, targets).value(),
                      tensor({4}, {3 * ln2, 3 * ln2, 3 * ln2, 3 * ln2}), 8 * epsilon));
  EXPECT_NEAR(binary_cross_entropy<PerExample>(z, targets).item(), 3 * ln2, 16 * epsilon);
  EXPECT_NEAR(binary_cross_entropy<PerElement>(z, targets).item(), ln2, 16 * epsilon);
}

TEST_F(Losses, OfAbsoluteErrorsAndHuberAreReducedInTheSameWays) {
  // Absolute errors of 1 + 2 + 0 and 0 + 3 + 4; with δ = 1 each costs ½ less from 1 on.
  EXPECT_TRUE(is_same(absolute_error<EachExample>(x, t).value(), tensor({2}, {3, 7})));
  EXPECT_EQ(absolute_error<PerExample>(x, t).item(), 5);
  EXPECT_NEAR(absolute_error<PerElement>(x, t).item(), 5. / 3, 5 * epsilon);
  EXPECT_TRUE(is_same(huber<EachExample>(x, t).value(), tensor({2}, {2, 6})));
  EXPECT_EQ(huber<PerExample>(x, t).item(), 4);
  EXPECT_NEAR(huber<PerElement>(x, t, 1).item(), 4. / 3, 5 * epsilon);
}

TEST_F(Losses, OfLikelihoodsAreReducedInTheSameWays) {
  Var zero = tape.constant(filled({2, 3})), counts = tape.constant(filled({2, 3}, 7));
  const double ln_2_pi = 1.8378770664093455, ln2 = 0.693147180559945;
  EXPECT_NEAR(gaussian_log_likelihood<PerElement>(zero, zero, zero).item(), -ln_2_pi / 2,
              16 * epsilon);
  EXPECT_NEAR(bernoulli_log_likelihood<PerExample>(zero, zero).item(), -3 * ln2, 16 * epsilon);
  EXPECT_NEAR(discretized_logistic_log_likelihood<PerElement>(zero, zero, zero, 2).item(),
              std::log(1 / (1 + std::exp(-0.5))), 16 * epsilon);
  // With α = β = 1 each of 0, …, 255 is as likely as any other.
  EXPECT_NEAR(beta_binomial_log_likelihood<PerElement>(counts, zero, zero).item(), -8 * ln2,
              16 * epsilon);
}

TEST_F(Losses, OfWholeExamplesAreSummedOrAveragedOverTheBatch) {
  Var zero = tape.constant(filled({2, 3})), one = tape.constant(filled({2, 3}, 1));
  Var labels = tape.constant(tensor({2}, {0, 2}));
  EXPECT_NEAR(cross_entropy<PerExample>(zero, labels).item(), std::log(3), 4 * epsilon);
  EXPECT_EQ(cross_entropy<EachExample>(zero, labels).shape(), Shape{2});
  EXPECT_NEAR(kl_divergence<PerExample>(one, zero).item(), 1.5, 4 * epsilon);
  EXPECT_TRUE(is_near(kl_divergence<EachExample>(one, zero, zero, zero).value(),
                      tensor({2}, {1.5, 1.5}), 4 * epsilon));
}

TEST_F(Losses, CarryTheirNamedTermsInOrder) {
  Loss loss(squared_error<PerExample>(x, t));
  loss.with("rebuilding", loss.total).with("penalty", sum(x));
  ASSERT_EQ(loss.term_count, 2u);
  EXPECT_STREQ(loss.terms[0].name, "rebuilding");
  EXPECT_STREQ(loss.terms[1].name, "penalty");
  EXPECT_EQ(loss.terms[1].value.item(), 21);
  for (int i = 2; i < 8; ++i) loss.with("more", loss.total);
  EXPECT_THROW(loss.with("too many", loss.total), std::out_of_range);
}

TEST_F(Losses, AddTermsByTheirWeightAndNameThemWithoutIt) {
  Var first = sum(x), second = sum(t);
  const Loss loss = Loss("first", first).plus("second", second, 3);
  EXPECT_EQ(loss.total.item(), first.item() + 3 * second.item());
  ASSERT_EQ(loss.term_count, 2u);
  EXPECT_STREQ(loss.terms[0].name, "first");
  EXPECT_EQ(loss.terms[1].value.item(), second.item());
}

}  // namespace
}  // namespace hourglass::testing
