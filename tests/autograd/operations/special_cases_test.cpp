// What reductions, softmaxes and operations on shapes do at their edges; the rest is proven by the
// registry.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/operations.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

constexpr Scalar infinity = std::numeric_limits<Scalar>::infinity();

template <class F, class... Tensors>
Tensor value_of(F f, const Tensors&... tensors) {
  Tape tape(Tape::Gradients::off);
  return f(tape.constant(tensors)...).value();
}

Tensor row(std::initializer_list<Scalar> numbers) {
  Tensor tensor = filled({numbers.size()});
  std::copy(numbers.begin(), numbers.end(), tensor.data());
  return tensor;
}

/// dx of Σ y for y = f(x)
Tensor gradient_of(const std::function<Var(Var)>& f, const Tensor& x) {
  Parameter parameter(x.shape());
  parameter.value = x;
  Tape tape;
  tape.backward(sum(f(tape.parameter(parameter))));
  return parameter.grad;
}

TEST(Where, TakesFromAWhereTheConditionIsPositive) {
  EXPECT_TRUE(
      is_same(value_of(where, row({1, 0, -1}), row({1, 2, 3}), row({4, 5, 6})), row({1, 5, 6})));
}

TEST(MaxAndMin, ShareTheGradientAmongEquals) {
  const auto largest = [](Var x) { return max(x); };
  EXPECT_TRUE(is_same(gradient_of(largest, row({2, 7, 7, 1})), row({0, 0.5, 0.5, 0})));
}

TEST(MaxAndMin, KeepNaNWhereverItStands) {
  const Scalar nan = std::numeric_limits<Scalar>::quiet_NaN();
  for (const Tensor& x : {row({nan, 1, 2}), row({1, nan, 2}), row({1, 2, nan})})
    EXPECT_TRUE(std::isnan(value_of([](Var x) { return max(x); }, x)()));
}

TEST(LogSoftmax, KeepsItsDigitsBesideLargeNumbers) {
  for (const Scalar offset : {0.0, 1e3, 1e6, -1e6, 1e30}) {
    const Tensor x = row({offset, offset});
    EXPECT_TRUE(is_near(value_of([](Var x) { return log_softmax(x); }, x),
                        filled({2}, -std::log(Scalar(2))), epsilon));
    const auto first = [](Var x) { return slice(log_softmax(x), 0, 0, 1); };
    EXPECT_TRUE(is_near(gradient_of(first, x), row({0.5, -0.5}), epsilon));
    EXPECT_TRUE(
        is_near(gradient_of([](Var x) { return logsumexp(x); }, x), row({0.5, 0.5}), epsilon));
  }
}

TEST(Flatten, CountsTheElementsOfAnExampleWhereThereIsNone) {
  const auto shape_of = [](const Shape& shape) { return value_of(flatten, filled(shape)).shape(); };
  EXPECT_EQ(shape_of({0, 2, 3}), Shape({0, 6}));
  EXPECT_EQ(shape_of({2, 0, 3}), Shape({2, 0}));
  EXPECT_EQ(shape_of({2, 3, 4}), Shape({2, 12}));
  EXPECT_EQ(shape_of({3}), Shape({3, 1}));
  EXPECT_EQ(shape_of({0}), Shape({0, 1}));
}

TEST(LogSumExp, NeitherOverflowsNorLosesInfinities) {
  const auto of = [](const Tensor& x) { return value_of([](Var x) { return logsumexp(x); }, x)(); };
  EXPECT_NEAR(of(row({1000, 1000})), 1000 + std::log(2.0), 1000 * epsilon);
  EXPECT_NEAR(of(row({-1000, -1000})), -1000 + std::log(2.0), 1000 * epsilon);
  EXPECT_EQ(of(row({-infinity, -infinity})), -infinity);
  EXPECT_EQ(of(row({infinity, 0})), infinity);
  EXPECT_EQ(of(row({-infinity, 3})), 3);
}

TEST(Softmax, IsAProbabilityAlongItsAxisForAnySizeOfNumbers) {
  const Tensor x = random_tensor({3, 37}, 5, -1000, 1000);
  const Tensor y = value_of([](Var x) { return softmax(x, 1); }, x);
  const Tensor logs = value_of([](Var x) { return log_softmax(x, 1); }, x);
  for (std::size_t i = 0; i < 3; ++i) {
    double largest = x(i, 0), total = 0;
    for (std::size_t j = 0; j < 37; ++j) largest = std::max<double>(largest, x(i, j));
    for (std::size_t j = 0; j < 37; ++j) total += std::exp(x(i, j) - largest);
    for (std::size_t j = 0; j < 37; ++j) {
      const double expected = x(i, j) - largest - std::log(total);
      EXPECT_NEAR(y(i, j), std::exp(expected), 8 * epsilon);
      EXPECT_NEAR(logs(i, j), expected, 4000 * epsilon);  // the difference of numbers up to 1,000
    }
  }
}

TEST(ShapeErrorsOfParts, NameTheOperationAndTheRule) {
  const auto message = [](const std::function<Var(Tape&)>& f) {
    return message_of<ShapeError>([&] {
      Tape tape;
      f(tape);
    });
  };
  EXPECT_EQ(message([](Tape& t) { return transpose(t.constant(filled({2, 3, 4}))); }),
            "transpose: x is (2, 3, 4): it must have two axes");
  EXPECT_EQ(message([](Tape& t) { return slice(t.constant(filled({2, 3})), 1, 2, 5); }),
            "slice: 2 to 5 is not a part of axis 1 of (2, 3)");
  EXPECT_EQ(message([](Tape& t) { return slice(t.constant(filled({2, 3})), 2, 0, 1); }),
            "slice: axis 2 does not exist in (2, 3)");
  EXPECT_EQ(message([](Tape& t) {
              return concatenate(t.constant(filled({2, 3})), t.constant(filled({3, 4})), 1);
            }),
            "concatenate: part 0 is (2, 3) but part 1 is (3, 4): they may differ in axis 1 only");
  EXPECT_EQ(message([](Tape& t) {
              return where(t.constant(filled({2})), t.constant(filled({3})),
                           t.constant(filled({2})));
            }),
            "where: condition is (2), a is (3) and b is (2): they must be alike");
}

}  // namespace
}  // namespace hourglass::testing
