// Messages are part of what users meet, so they are checked word for word.

#include <gtest/gtest.h>

#include "hourglass/autograd/operations.hpp"
#include "tests/support/shape_errors.hpp"

namespace hourglass::testing { namespace {

class ShapeErrors : public ErrorsInModule {
 protected:
  ShapeErrors() : ErrorsInModule("") {}
};

TEST_F(ShapeErrors, OfMatmulNameBothShapesAndTheSizesThatDiffer) {
  EXPECT_EQ(message([&] { matmul(value({128, 784}), value({512, 256})); }),
            "matmul: x is (128, 784) but w is (512, 256): inner sizes 784 and 512 differ");
  EXPECT_EQ(message([&] { matmul(value({3}), value({3, 2})); }),
            "matmul: x is (3) and w is (3, 2): both must have two axes");
}

TEST_F(ShapeErrors, OfLinearNameWeightAndBias) {
  EXPECT_EQ(message([&] { linear(value({2, 3}), value({5, 4})); }),
            "linear: x is (2, 3) but w is (5, 4): inner sizes 3 and 4 differ");
  EXPECT_EQ(message([&] { linear(value({2, 3, 1}), value({5, 3}), value({5})); }),
            "linear: x is (2, 3, 1) and w is (5, 3): both must have two axes");
  EXPECT_EQ(message([&] { linear(value({2, 3}), value({5, 3}), value({3})); }),
            "linear: b is (3) but w is (5, 3): b must be (5)");
  EXPECT_EQ(message([&] { linear(value({2, 3}), value({5, 3}), value({1, 5})); }),
            "linear: b is (1, 5) but w is (5, 3): b must be (5)");
}

TEST_F(ShapeErrors, OfBroadcastingSayItsRule) {
  const std::string rule = ": aligned at the right, sizes must be equal or 1";
  EXPECT_EQ(message([&] { add(value({2, 3}), value({2})); }),
            "add: a is (2, 3) but b is (2)" + rule);
  EXPECT_EQ(message([&] { sub(value({4}), value({2, 3})); }),
            "sub: a is (4) but b is (2, 3)" + rule);
  EXPECT_EQ(message([&] { mul(value({2, 1, 3}), value({4, 2})); }),
            "mul: a is (2, 1, 3) but b is (4, 2)" + rule);
  EXPECT_EQ(message([&] { div(value({0}), value({2})); }), "div: a is (0) but b is (2)" + rule);
}

TEST_F(ShapeErrors, OfReshapeCountTheElements) {
  EXPECT_EQ(message([&] { reshape(value({2, 3}), {4}); }),
            "reshape: x is (2, 3) with 6 elements, which do not fill (4)");
}

TEST_F(ShapeErrors, OfLossesNamePredictionAndTarget) {
  EXPECT_EQ(
      message([&] { squared_error(value({2, 3}), value({3, 2})); }),
      "squared_error: the prediction is (2, 3) but the target is (3, 2): both must be (B, N)");
  EXPECT_EQ(message([&] { binary_cross_entropy(value({6}), value({6})); }),
            "binary_cross_entropy: the prediction is (6) but the target is (6): both must be (B, "
            "N)");
}

TEST_F(ShapeErrors, OfReductionsNameTheAxis) {
  EXPECT_EQ(message([&] { sum(value({2, 3}), {2}); }),
            "axis 2 does not exist in a value with 2 axes");
  EXPECT_EQ(message([&] { mean(value({2, 3}), {-3}); }),
            "axis -3 does not exist in a value with 2 axes");
}

TEST_F(ShapeErrors, OfItemSayTheShape) {
  EXPECT_EQ(message([&] { value({2, 3}).item(); }),
            "item: the value is (2, 3), not a single number");
}

TEST_F(ShapeErrors, EndWithThePathOfTheModule) {
  const std::string outer = "encoder", inner = "encoder.0";
  ModuleScope in_outer(tape.context(), outer);
  {
    ModuleScope in_inner(tape.context(), inner);
    EXPECT_EQ(message([&] { matmul(value({2, 3}), value({4, 5})); }),
              "matmul: x is (2, 3) but w is (4, 5): inner sizes 3 and 4 differ (in encoder.0)");
    EXPECT_EQ(message([&] { linear(value({2, 3}), value({5, 3}), value({3})); }),
              "linear: b is (3) but w is (5, 3): b must be (5) (in encoder.0)");
    EXPECT_EQ(message([&] { reshape(value({2}), {3}); }),
              "reshape: x is (2) with 2 elements, which do not fill (3) (in encoder.0)");
    EXPECT_EQ(message([&] { add(value({2}), value({3})); }),
              "add: a is (2) but b is (3): aligned at the right, sizes must be equal or 1 (in "
              "encoder.0)");
    EXPECT_EQ(message([&] { squared_error(value({2, 1}), value({3, 1})); }),
              "squared_error: the prediction is (2, 1) but the target is (3, 1): both must be (B, "
              "N) (in encoder.0)");
  }
  EXPECT_EQ(tape.context().where(), " (in encoder)");
}

TEST_F(ShapeErrors, RecordNothing) {
  Var a = value({2}), b = value({3});
  const std::size_t before = tape.size();
  EXPECT_THROW(add(a, b), ShapeError);
  EXPECT_THROW(matmul(a, b), ShapeError);
  EXPECT_THROW(sum(a, {1}), ShapeError);
  EXPECT_EQ(tape.size(), before);
}

}  // namespace
}  // namespace hourglass::testing
