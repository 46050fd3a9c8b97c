// What reductions, softmaxes and operations on shapes compute, and what they do at their edges.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "autograd/error.hpp"
#include "autograd/operations.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing {
namespace {

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

TEST(Elementwise, ComputesWhatTheStandardLibraryDoes) {
  struct Named {
    const char* name;
    Var (*ours)(Var);
    double (*theirs)(double);
  };
  const std::vector<Named> functions = {
      {"log1p", log1p, [](double x) { return std::log1p(x); }},
      {"expm1", expm1, [](double x) { return std::expm1(x); }},
      {"sign", sign, [](double x) { return double((x > 0) - (x < 0)); }},
      {"pow", [](Var x) { return pow(x, 1.5); }, [](double x) { return std::pow(x, 1.5); }},
      {"clamp", [](Var x) { return clamp(x, 0.5, 1); },
       [](double x) { return std::clamp(x, 0.5, 1.0); }},
      {"gelu", gelu, [](double x) { return x * std::erfc(-x / std::sqrt(2)) / 2; }},
      {"selu", [](Var x) { return selu(x - 1); },
       [](double x) {
         return 1.0507009873554805 * (x > 1 ? x - 1 : 1.6732632423543772 * std::expm1(x - 1));
       }},
      {"hard_shrink", [](Var x) { return hard_shrink(x, 1); },
       [](double x) { return x > 1 ? x : 0; }},
      {"soft_threshold", [](Var x) { return soft_threshold(x, 1); },
       [](double x) { return x > 1 ? x - 1 : 0; }},
  };
  const Tensor x = random_tensor({3, 41}, 1, 0.01, 3);
  for (const Named& function : functions) {
    const Tensor y = value_of(function.ours, x);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double expected = function.theirs(x.data()[i]);
      // A few roundings, of a result whose own size may be below that of x.
      EXPECT_NEAR(y.data()[i], expected, 8 * epsilon * std::max(1.0, std::abs(expected)))
          << function.name << " of " << x.data()[i];
    }
  }
}

TEST(MaximumAndMinimum, TakeTheLargerAndTheSmallerAndShareTheGradientOfEquals) {
  const Tensor a = row({1, 5, 3}), b = row({4, 2, 3});
  EXPECT_TRUE(is_same(value_of(maximum, a, b), row({4, 5, 3})));
  EXPECT_TRUE(is_same(value_of(minimum, a, b), row({1, 2, 3})));
  const auto with_b = [&](Var (*f)(Var, Var)) {
    return [f, &b](Var x) { return f(x, x.tape().constant(b)); };
  };
  EXPECT_TRUE(is_same(gradient_of(with_b(maximum), a), row({0, 1, 0.5})));
  EXPECT_TRUE(is_same(gradient_of(with_b(minimum), a), row({1, 0, 0.5})));
}

TEST(Where, TakesFromAWhereTheConditionIsPositive) {
  EXPECT_TRUE(
      is_same(value_of(where, row({1, 0, -1}), row({1, 2, 3}), row({4, 5, 6})), row({1, 5, 6})));
}

TEST(MaxAndMin, FindTheLargestAndTheSmallestOfEachGroup) {
  const Tensor x = random_tensor({4, 5, 6}, 3);
  const Tensor largest = value_of([](Var x) { return max(x, {0, 2}); }, x);
  const Tensor smallest = value_of([](Var x) { return min(x, {1}, true); }, x);
  ASSERT_EQ(largest.shape(), Shape({5}));
  ASSERT_EQ(smallest.shape(), Shape({4, 1, 6}));
  for (std::size_t j = 0; j < 5; ++j) {
    Scalar expected = x(0, j, 0);
    for (std::size_t i = 0; i < 4; ++i)
      for (std::size_t k = 0; k < 6; ++k) expected = std::max(expected, x(i, j, k));
    EXPECT_EQ(largest(j), expected);
  }
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t k = 0; k < 6; ++k) {
      Scalar expected = x(i, 0, k);
      for (std::size_t j = 0; j < 5; ++j) expected = std::min(expected, x(i, j, k));
      EXPECT_EQ(smallest(i, 0, k), expected);
    }
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

TEST(Variance, IsTheMeanSquareDistanceFromTheMean) {
  const Tensor x = row({1, 2, 3, 6});  // mean 3, squares 4 + 1 + 0 + 9
  EXPECT_NEAR(value_of([](Var x) { return var(x); }, x)(), 14.0 / 3, 8 * epsilon);
  EXPECT_NEAR(value_of([](Var x) { return var(x, Axes::all(), false, 0); }, x)(), 14.0 / 4,
              8 * epsilon);
}

TEST(Norm, IsTheRootOfTheSumOfSquaresAndHasNoGradientAtZero) {
  EXPECT_EQ(value_of([](Var x) { return norm(x); }, row({3, 4}))(), 5);
  EXPECT_TRUE(is_same(gradient_of([](Var x) { return norm(x); }, row({0, 0})), row({0, 0})));
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

TEST(Transpose, SwapsRowsAndColumns) {
  const Tensor x = random_tensor({67, 35}, 1);  // more than one of its blocks, and a rest
  const Tensor y = value_of(transpose, x);
  for (std::size_t i = 0; i < 67; ++i)
    for (std::size_t j = 0; j < 35; ++j) ASSERT_EQ(y(j, i), x(i, j));
}

TEST(SliceAndConcatenate, TakeApartAndPutTogether) {
  const Tensor x = random_tensor({2, 5, 3}, 1);
  const Tensor middle = value_of([](Var x) { return slice(x, 1, 1, 3); }, x);
  ASSERT_EQ(middle.shape(), Shape({2, 2, 3}));
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = 0; j < 2; ++j)
      for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(middle(i, j, k), x(i, j + 1, k));
  for (int axis : {0, 1, 2, -1}) {
    const auto together = [axis](Var x) {
      const std::size_t size = x.shape()[axis < 0 ? axis + 3 : axis];
      return concatenate(slice(x, axis, 0, 1), slice(x, axis, 1, size), axis);
    };
    EXPECT_TRUE(is_same(value_of(together, x), x)) << axis;
  }
}

TEST(Flatten, KeepsTheFirstAxis) {
  EXPECT_EQ(value_of(flatten, filled({4, 3, 2})).shape(), Shape({4, 6}));
  EXPECT_EQ(value_of(flatten, filled({4})).shape(), Shape({4, 1}));
}

TEST(ShapeErrorsOfParts, NameTheOperationAndTheRule) {
  const auto message = [](const std::function<Var(Tape&)>& f) {
    return message_of<ShapeError>([&] {
      Tape tape;
      f(tape);
    });
  };
  EXPECT_EQ(message([](Tape& t) {
              return transpose(t.constant(filled({2, 3, 4})));
            }),
            "transpose: x is (2, 3, 4): it must have two axes");
  EXPECT_EQ(message([](Tape& t) {
              return slice(t.constant(filled({2, 3})), 1, 2, 5);
            }),
            "slice: 2 to 5 is no part of axis 1 of (2, 3)");
  EXPECT_EQ(message([](Tape& t) {
              return slice(t.constant(filled({2, 3})), 2, 0, 1);
            }),
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
