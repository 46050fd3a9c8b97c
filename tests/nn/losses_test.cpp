#include "hourglass/nn/losses.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "hourglass/autograd/base/error.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

class Losses : public ::testing::Test {
 protected:
  Tape tape{Tape::Gradients::off};
  // Squared errors of 1 + 4 + 0 and 0 + 9 + 16.
  Var x = tape.constant(tensor({2, 3}, {1, 2, 3, 4, 5, 6}));
  Var t = tape.constant(tensor({2, 3}, {0, 4, 3, 4, 2, 10}));
};

TEST_F(Losses, PerExampleAreAveragedOverTheBatch) {
  Var loss = per_example(squared_error(x, t));
  EXPECT_EQ(loss.shape(), Shape{});
  EXPECT_EQ(loss.item(), 15);
}

TEST_F(Losses, PerElementAreAveragedOverElementsToo) {
  Var loss = per_element(squared_error(x, t), x);
  EXPECT_EQ(loss.shape(), Shape{});
  EXPECT_NEAR(loss.item(), 5, 5 * epsilon);
  Var images = reshape(x, {2, 1, 3});
  EXPECT_EQ(per_element(squared_error(x, t), images).item(), loss.item());
}

TEST_F(Losses, AreRefusedWhereTheyAreNotOneNumberAnExample) {
  EXPECT_EQ(message_of<ShapeError>([&] { per_example(square(x - t)); }),
            "per_example: the losses are (2, 3): they must be one an example, (B)");
  EXPECT_THROW(per_example(sum(x)), ShapeError);
  EXPECT_EQ(message_of<ShapeError>([&] { per_element(squared_error(x, t), transpose(x)); }),
            "per_element: the losses are (2) and x is (3, 2): they must be (B) and (B, …)");
  EXPECT_THROW(per_element(sum(x), sum(x)), ShapeError);
}

TEST_F(Losses, CarryTheirNamedTermsInOrder) {
  Loss loss(per_example(squared_error(x, t)));
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
