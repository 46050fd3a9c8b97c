#include <gtest/gtest.h>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/operations.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

/// A parameter x = (1, 2, −3), and the gradient of Σ x² + x, which is 2x + 1 = (3, 5, −5).
class Accumulation : public ::testing::Test {
 protected:
  Accumulation() { x.value = tensor({3}, {1, 2, -3}); }
  Parameter x{{3}};
  const std::vector<double> once{3, 5, -5}, twice{6, 10, -10};
};

TEST_F(Accumulation, AddsUpOverTwoUsesOfAValue) {
  Tape tape;
  Var v = tape.parameter(x);
  tape.backward(sum(v * v + v));
  EXPECT_EQ(numbers(x.grad), once);
}

TEST_F(Accumulation, AddsUpWhicheverUseIsRecordedFirst) {
  Tape tape;
  Var v = tape.parameter(x);
  tape.backward(sum(v + v * v));
  EXPECT_EQ(numbers(x.grad), once);
}

TEST_F(Accumulation, AddsUpOverUsesOfAComputedValue) {
  Tape tape;
  Var v = tape.parameter(x);
  Var w = v + 1;
  tape.backward(sum(w * w + w));  // 2 (x + 1) + 1
  EXPECT_EQ(numbers(x.grad), (std::vector<double>{5, 7, -3}));
  EXPECT_EQ(numbers(w.grad()), (std::vector<double>{5, 7, -3}));
}

TEST_F(Accumulation, AddsUpOverTwoReadingsOfAParameter) {
  Tape tape;
  tape.backward(sum(square(tape.parameter(x)) + tape.parameter(x)));
  EXPECT_EQ(numbers(x.grad), once);
}

TEST_F(Accumulation, AddsUpOverBackwardsUntilZeroGrad) {
  for (const std::vector<double>& expected : {once, twice}) {
    Tape tape;
    Var v = tape.parameter(x);
    tape.backward(sum(v * v + v));
    EXPECT_EQ(numbers(x.grad), expected);
  }
  x.zero_grad();
  Tape tape;
  Var v = tape.parameter(x);
  tape.backward(sum(v * v + v));
  EXPECT_EQ(numbers(x.grad), once);
}

TEST_F(Accumulation, DoesNotDoubleWhatLiesBetweenInASecondBackward) {
  Tape tape;
  Var v = tape.parameter(x);
  Var y = v * v + v;
  Var loss = sum(square(y));
  tape.backward(loss);
  const std::vector<double> between = numbers(y.grad()), at_x = numbers(x.grad);
  EXPECT_EQ(between, (std::vector<double>{4, 12, 12}));  // 2 y
  tape.backward(loss);
  EXPECT_EQ(numbers(y.grad()), between);
  EXPECT_EQ(numbers(loss.grad()), std::vector<double>{1});
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(x.grad(i), 2 * at_x[i]);
}

TEST_F(Accumulation, StartsASecondBackwardFromAnotherValueAfresh) {
  Tape tape;
  Var v = tape.parameter(x);
  Var y = 3 * v;
  tape.backward(sum(square(y)));
  tape.backward(sum(y));
  EXPECT_EQ(numbers(y.grad()), (std::vector<double>{1, 1, 1}));
}

TEST_F(Accumulation, GivesTheSameBitsOnAFreshTape) {
  Parameter w({8, 5}), b({8});
  w.value = random_tensor({8, 5}, 1);
  b.value = random_tensor({8}, 2);
  const Tensor batch = random_tensor({16, 5}, 3);
  const auto gradient = [&] {
    w.zero_grad();
    b.zero_grad();
    Tape tape;
    Var y = tanh(linear(tape.constant(batch), tape.parameter(w), tape.parameter(b)));
    tape.backward(mean(square(y)));
    return w.grad;
  };
  const Tensor first = gradient();
  EXPECT_TRUE(is_same(gradient(), first));
}

TEST_F(Accumulation, GivesTheSameBitsOnATapeThatWasReset) {
  Tape tape;
  Tensor first;
  for (int pass = 0; pass < 3; ++pass) {
    tape.reset();
    x.zero_grad();
    Var v = tape.parameter(x);
    tape.backward(mean(sigmoid(v) * exp(v)));
    if (pass == 0) first = x.grad;
    EXPECT_TRUE(is_same(x.grad, first)) << "pass " << pass;
  }
}

TEST_F(Accumulation, ReachesNoParameterThatTheLossDoesNotDependOn) {
  Parameter other({3});
  Tape tape;
  Var unused = square(tape.parameter(other));
  tape.backward(sum(tape.parameter(x)));
  EXPECT_TRUE(x.has_grad);
  EXPECT_FALSE(other.has_grad);
  EXPECT_THROW(unused.grad(), TapeError);
}

TEST_F(Accumulation, StartsFromASeed) {
  Tape tape;
  Var y = square(tape.parameter(x));
  tape.backward(y, tensor({3}, {0, 10, 1}));
  EXPECT_EQ(numbers(x.grad), (std::vector<double>{0, 40, -6}));
}

}  // namespace
}  // namespace hourglass::testing
