#include "nn/losses.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/support/tensors.hpp"

namespace hourglass::testing {
namespace {

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

TEST_F(Losses, CarryTheirNamedPartsInOrder) {
  Loss loss(squared_error<PerExample>(x, t));
  loss.with("rebuilding", loss.total).with("penalty", sum(x));
  ASSERT_EQ(loss.part_count, 2u);
  EXPECT_STREQ(loss.parts[0].name, "rebuilding");
  EXPECT_STREQ(loss.parts[1].name, "penalty");
  EXPECT_EQ(loss.parts[1].value.item(), 21);
  for (int i = 2; i < 6; ++i) loss.with("more", loss.total);
  EXPECT_THROW(loss.with("too many", loss.total), std::out_of_range);
}

}  // namespace
}  // namespace hourglass::testing
