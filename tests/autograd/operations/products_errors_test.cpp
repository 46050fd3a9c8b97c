// What products say where shapes do not fit, word for word.

#include <gtest/gtest.h>

#include "hourglass/autograd/operations.hpp"
#include "tests/support/shape_errors.hpp"

namespace hourglass::testing { namespace {

class ErrorsOfProducts : public ErrorsInModule {
 protected:
  ErrorsOfProducts() : ErrorsInModule("critic") {}
};

TEST_F(ErrorsOfProducts, OfMatmulSayWhichAxesMustAgree) {
  const auto of = [&](const Shape& x, const Shape& w) {
    return message([&] { matmul(value(x), value(w)); });
  };
  const std::string rule =
      ": the axes before the last two must be the same, unless one of them is a single matrix (in "
      "critic)";
  EXPECT_EQ(of({2, 3, 4}, {5, 4, 6}), "matmul: x is (2, 3, 4) but w is (5, 4, 6)" + rule);
  EXPECT_EQ(of({2, 3, 4}, {1, 4, 6}), "matmul: x is (2, 3, 4) but w is (1, 4, 6)" + rule);
  EXPECT_EQ(of({2, 3, 4}, {5, 2, 4, 6}), "matmul: x is (2, 3, 4) but w is (5, 2, 4, 6)" + rule);
  EXPECT_EQ(of({5, 2, 3, 4}, {2, 4, 6}), "matmul: x is (5, 2, 3, 4) but w is (2, 4, 6)" + rule);
  EXPECT_EQ(of({2, 3, 4}, {2, 3, 4}),
            "matmul: x is (2, 3, 4) but w is (2, 3, 4): inner sizes 4 and 3 differ (in critic)");
  EXPECT_EQ(of({2, 3, 4}, {3, 2}),
            "matmul: x is (2, 3, 4) but w is (3, 2): inner sizes 4 and 3 differ (in critic)");
  EXPECT_EQ(of({2, 3, 4}, {4}),
            "matmul: x is (2, 3, 4) and w is (4): both must have two axes (in critic)");
}

TEST_F(ErrorsOfProducts, OfOuterAndBilinearNameAllShapes) {
  EXPECT_EQ(message([&] {
              outer(value({2, 3}), value({3}));
            }),
            "outer: a is (2, 3) and b is (3): both must have one axis (in critic)");
  EXPECT_EQ(message([&] { outer(value({3}), value({})); }),
            "outer: a is (3) and b is (): both must have one axis (in critic)");
  const auto of = [&](const Shape& x, const Shape& w, const Shape& z) {
    return message([&] { bilinear(value(x), value(w), value(z)); });
  };
  const std::string rule = ": they must be (B, N), (N, M) and (B, M) (in critic)";
  EXPECT_EQ(of({2, 3}, {3, 4}, {5, 4}),
            "bilinear: x is (2, 3), w is (3, 4) and z is (5, 4)" + rule);
  EXPECT_EQ(of({2, 3}, {4, 3}, {2, 4}),
            "bilinear: x is (2, 3), w is (4, 3) and z is (2, 4)" + rule);
  EXPECT_EQ(of({3}, {3, 4}, {4}), "bilinear: x is (3), w is (3, 4) and z is (4)" + rule);
  EXPECT_EQ(of({2, 3}, {1, 3, 4}, {2, 4}),
            "bilinear: x is (2, 3), w is (1, 3, 4) and z is (2, 4)" + rule);
}

TEST_F(ErrorsOfProducts, RecordNothing) {
  Var x = value({2, 3}), batch = value({4, 3, 2}), other = value({5, 2, 3});
  const std::size_t before = tape.size();
  EXPECT_THROW(matmul(batch, other), ShapeError);
  EXPECT_THROW(outer(x, x), ShapeError);
  EXPECT_THROW(bilinear(x, x, x), ShapeError);
  EXPECT_EQ(tape.size(), before);
}

}  // namespace
}  // namespace hourglass::testing
