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

TEST_F(ErrorsOfProducts, RecordNothing) {
  Var x = value({2, 3}), batch = value({4, 3, 2}), other = value({5, 2, 3});
  const std::size_t before = tape.size();
  EXPECT_THROW(matmul(batch, other), ShapeError);
  EXPECT_THROW(linear(x, other), ShapeError);
  EXPECT_EQ(tape.size(), before);
}

}  // namespace
}  // namespace hourglass::testing
