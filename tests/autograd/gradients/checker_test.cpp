// Shows that the gradient check finds faults: operations whose gradients are wrong in the ways in
// which one usually is.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "hourglass/autograd/gradient_check.hpp"
#include "hourglass/autograd/operation.hpp"
#include "hourglass/autograd/operations.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

/// x², with the gradient that `backward(x, y)` gives.
template <class Rule>
Var square_with(Var x, const Rule& rule) {
  Var y = new_output("square_with", x.shape(), {x});
  xt::noalias(y.output()) = x.value() * x.value();
  on_backward(y, [x, y, rule] { rule(x, y); });
  return y;
}

class GradientChecker : public ::testing::Test {
 protected:
  GradientChecker() {
    x.value = tensor({2, 3}, {1, 2, 3, 4, 5, 6});
    x.name = "x";
  }

  template <class Rule>
  GradientCheck check_square(const Rule& rule) {
    return check_gradient("square_with",
                          [&](Tape& tape) { return square_with(tape.parameter(x), rule); }, {&x});
  }

  Parameter x{{2, 3}};
};

TEST_F(GradientChecker, PassesARightGradient) {
  const auto checked =
      check_square([](Var x, Var y) { x.grad_accumulator() += 2 * y.grad() * x.value(); });
  EXPECT_EQ(checked.failure, "");
  EXPECT_EQ(checked.entries, 36u);
  EXPECT_LT(checked.worst, 1);
}

TEST_F(GradientChecker, FindsAWrongSign) {
  const auto checked =
      check_square([](Var x, Var y) { x.grad_accumulator() += -2 * y.grad() * x.value(); });
  EXPECT_PRED2(starts_with, checked.failure, "square_with: d output[0, 0] / d x[0, 0]: expected");
  EXPECT_GT(checked.worst, 1e5);  // off by 4 where 10⁻⁸ + 2·10⁻⁶ is allowed
}

TEST_F(GradientChecker, FindsAMissingFactor) {
  const auto checked =
      check_square([](Var x, Var y) { x.grad_accumulator() += y.grad() * x.value(); });
  EXPECT_PRED2(contains, checked.failure, "got 1 (backward)");
}

TEST_F(GradientChecker, FindsAFactorThatIsAlmostRight) {
  const auto checked =
      check_square([](Var x, Var y) { x.grad_accumulator() += 2.00001 * y.grad() * x.value(); });
  EXPECT_NE(checked.failure, "");
}

TEST_F(GradientChecker, FindsAGradientThatNeverComes) {
  const auto checked = check_square([](Var, Var) {});
  EXPECT_PRED2(contains, checked.failure, "got 0 (backward)");
}

TEST_F(GradientChecker, FindsASumThatIsMissingWhereAValueWasBroadcast) {
  Parameter b({3});
  b.value = tensor({3}, {1, 2, 3});
  const auto add_first_row = [](Var x, Var b) {
    Var y = new_output("add_first_row", x.shape(), {x, b});
    xt::noalias(y.output()) = x.value() + b.value();
    on_backward(y, [x, b, y] {
      x.grad_accumulator() += y.grad();
      const Scratch row = scratch(y, b.shape());
      std::copy_n(y.grad().data(), row->size(), row->data());
      b.grad_accumulator() += *row;
    });
    return y;
  };
  const auto checked = check_gradient(
      "add_first_row",
      [&](Tape& tape) { return add_first_row(tape.parameter(x), tape.parameter(b)); }, {&x, &b});
  EXPECT_PRED2(starts_with, checked.failure, "add_first_row: d output[1, 0] / d input 1 [0]: ");
}

TEST_F(GradientChecker, FindsAnAssignmentInPlaceOfASum) {
  const auto assign = [](Var x, Var y) {
    xt::noalias(*x.grad_accumulator().contribute().sum) = 2 * y.grad() * x.value();
  };
  EXPECT_EQ(check_square(assign).failure, "");  // alone it is not seen: the value has to be shared
  const auto checked = check_gradient("square_with",
                                      [&](Tape& tape) {
                                        Var v = tape.parameter(x);
                                        return square_with(v, assign) + v;
                                      },
                                      {&x});
  EXPECT_PRED2(contains, checked.failure, "d output[0, 0] / d x[0, 0]: expected 3");
  EXPECT_PRED2(contains, checked.failure, "got 2 (backward)");
}

TEST_F(GradientChecker, NamesTheOneElementThatIsWrong) {
  const auto checked = check_square([](Var x, Var y) {
    const Scratch dx = scratch(y, x.shape());
    xt::noalias(*dx) = 2 * y.grad() * x.value();
    (*dx)(1, 2) += y.grad()(0, 1);
    x.grad_accumulator() += *dx;
  });
  EXPECT_EQ(checked.failure,
            "square_with: d output[0, 1] / d x[1, 2]: expected 0 (central difference), got 1 "
            "(backward)");
}

TEST_F(GradientChecker, FailsOnANaN) {
  const auto checked = check_square([](Var x, Var y) {
    const Scratch dx = scratch(y, x.shape());
    xt::noalias(*dx) = 2 * y.grad() * x.value();
    (*dx)(0, 1) = std::numeric_limits<Scalar>::quiet_NaN();
    x.grad_accumulator() += *dx;
  });
  EXPECT_PRED2(contains, checked.failure, "d output[0, 0] / d x[0, 1]: expected 0");
  EXPECT_PRED2(contains, checked.failure, "got nan (backward)");
  EXPECT_TRUE(std::isnan(checked.worst)) << checked.worst;
}

TEST_F(GradientChecker, FailsWhereTheValueItselfIsNaN) {
  x.value(0, 0) = -1;
  const auto checked =
      check_gradient("log", [&](Tape& tape) { return log(tape.parameter(x)); }, {&x});
  EXPECT_PRED2(contains, checked.failure, "nan (central difference), got -1 (backward)");
}

TEST_F(GradientChecker, LeavesTheParametersAsTheyWere) {
  const Tensor before = x.value;
  check_square([](Var x, Var y) { x.grad_accumulator() += 2 * y.grad() * x.value(); });
  EXPECT_TRUE(is_same(x.value, before));
}

}  // namespace
}  // namespace hourglass::testing
