// What operations on shapes say where they cannot be done, word for word.

#include <gtest/gtest.h>

#include "hourglass/autograd/operations.hpp"
#include "tests/support/shape_errors.hpp"

namespace hourglass::testing { namespace {

class ErrorsOfShapes : public ErrorsInModule {
 protected:
  ErrorsOfShapes() : ErrorsInModule("encoder.0") {}
};

TEST_F(ErrorsOfShapes, PermuteWantsEachAxisOnce) {
  const auto of = [&](Axes order) { return message([&] { permute(value({2, 3, 4}), order); }); };
  const std::string end = " is not an order of 3 axes: each must be there once (in encoder.0)";
  EXPECT_EQ(of({0, 2, 2}), "permute: x is (2, 3, 4), but (0, 2, 2)" + end);
  EXPECT_EQ(of({0, 1}), "permute: x is (2, 3, 4), but (0, 1)" + end);
  EXPECT_EQ(of({0, 1, 2, 0}), "permute: x is (2, 3, 4), but (0, 1, 2, 0)" + end);
  EXPECT_EQ(of({0, 1, 3}), "permute: x is (2, 3, 4), but (0, 1, 3)" + end);
  EXPECT_EQ(of({0, 1, -1}), "");
  EXPECT_EQ(of({0, 2, -1}), "permute: x is (2, 3, 4), but (0, 2, -1)" + end);
  EXPECT_EQ(of({256, 1, 2}), "permute: x is (2, 3, 4), but (256, 1, 2)" + end);
  EXPECT_EQ(of({-4, 1, 2}), "permute: x is (2, 3, 4), but (-4, 1, 2)" + end);
}

TEST_F(ErrorsOfShapes, NineAxesAreTooMany) {
  EXPECT_EQ(message([] { Axes({0, 1, 2, 3, 4, 5, 6, 7, 8}); }),
            "9 axes, but a tensor has at most 8");
}

TEST_F(ErrorsOfShapes, FlattenNeedsAnAxis) {
  EXPECT_EQ(message([&] { flatten(value({})); }),
            "flatten: x is a single number and has no first axis (in encoder.0)");
}

TEST_F(ErrorsOfShapes, ConcatenateNamesThePartThatDiffers) {
  EXPECT_EQ(
      message([&] { concatenate({value({2, 3}), value({4, 3}), value({2, 4})}, 0); }),
      "concatenate: part 0 is (2, 3) but part 2 is (2, 4): they may differ in axis 0 only (in "
      "encoder.0)");
  EXPECT_EQ(
      message([&] { concatenate({value({2, 3}), value({2, 3, 1})}, -1); }),
      "concatenate: part 0 is (2, 3) but part 1 is (2, 3, 1): they may differ in axis -1 only "
      "(in encoder.0)");
  EXPECT_EQ(message([&] { concatenate({value({2, 3}), value({2, 3})}, 2); }),
            "concatenate: axis 2 does not exist in (2, 3) (in encoder.0)");
  EXPECT_EQ(message([&] { concatenate({value({}), value({})}, 0); }),
            "concatenate: axis 0 does not exist in () (in encoder.0)");
  EXPECT_EQ(message([] { concatenate(std::initializer_list<Var>{}, 0); }),
            "concatenate: there are no parts");
}

TEST_F(ErrorsOfShapes, StackWantsPartsOfOneShape) {
  EXPECT_EQ(
      message([&] { stack({value({2, 3}), value({2, 3}), value({3, 2})}); }),
      "stack: part 0 is (2, 3) but part 2 is (3, 2): they must be of one shape (in encoder.0)");
  EXPECT_EQ(message([&] { stack({value({2, 3}), value({2, 3})}, 3); }),
            "stack: parts of shape (2, 3) can have a new axis -3 to 2, not 3 (in encoder.0)");
  EXPECT_EQ(message([&] { stack({value({}), value({})}, -2); }),
            "stack: parts of shape () can have a new axis -1 to 0, not -2 (in encoder.0)");
  EXPECT_EQ(message([] { stack({}); }), "stack: there are no parts");
}

TEST_F(ErrorsOfShapes, PadAndRepeatNameTheAxis) {
  EXPECT_EQ(message([&] { pad(value({2, 3}), 2, 1, 1); }),
            "pad: axis 2 does not exist in (2, 3) (in encoder.0)");
  EXPECT_EQ(message([&] { repeat(value({2, 3}), -3, 2); }),
            "repeat: axis -3 does not exist in (2, 3) (in encoder.0)");
}

TEST_F(ErrorsOfShapes, RecordNothing) {
  Var x = value({2, 3}), y = value({3, 3, 1});
  const std::size_t before = tape.size();
  EXPECT_THROW(permute(x, {0, 0}), ShapeError);
  EXPECT_THROW(concatenate({x, y}, 0), ShapeError);
  EXPECT_THROW(stack({x, y}), ShapeError);
  EXPECT_THROW(pad(x, 2, 1, 1), ShapeError);
  EXPECT_THROW(repeat(x, 2, 1), ShapeError);
  EXPECT_EQ(tape.size(), before);
}

}  // namespace
}  // namespace hourglass::testing
