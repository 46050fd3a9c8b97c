// What looking up does at its edges.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/autograd/operations.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

constexpr double infinity = std::numeric_limits<double>::infinity(),
                 nan = std::numeric_limits<double>::quiet_NaN();

std::vector<double> top_k(const Shape& shape, const std::vector<double>& x, std::size_t k) {
  Tape tape(Tape::Gradients::off);
  return numbers(top_k_mask(tape.constant(tensor(shape, x)), k).value());
}

using Mask = std::vector<double>;

TEST(TopKMask, CountsTheFirstOfEqualElements) {
  EXPECT_EQ(top_k({5}, {2, 3, 2, 2, 1}, 2), (Mask{1, 1, 0, 0, 0}));
  EXPECT_EQ(top_k({5}, {2, 3, 2, 2, 1}, 3), (Mask{1, 1, 1, 0, 0}));
  EXPECT_EQ(top_k({4}, {7, 7, 7, 7}, 1), (Mask{1, 0, 0, 0}));
  EXPECT_EQ(top_k({4}, {0, -0.0, 0, 0}, 2), (Mask{1, 1, 0, 0}));
}

TEST(TopKMask, TakesEachRowByItself) {
  EXPECT_EQ(top_k({2, 3}, {1, 2, 3, 30, 20, 10}, 1), (Mask{0, 0, 1, 1, 0, 0}));
}

TEST(TopKMask, TakesAllOrNone) {
  EXPECT_EQ(top_k({3}, {1, -1, 0}, 3), (Mask{1, 1, 1}));
  EXPECT_EQ(top_k({3}, {1, -1, 0}, 0), (Mask{0, 0, 0}));
  EXPECT_EQ(top_k({2, 0}, {}, 0), (Mask{}));
}

TEST(TopKMask, CountsNaNAsTheLargest) {
  EXPECT_EQ(top_k({4}, {1, infinity, nan, -infinity}, 1), (Mask{0, 0, 1, 0}));
  EXPECT_EQ(top_k({4}, {nan, infinity, nan, -infinity}, 3), (Mask{1, 1, 1, 0}));
  EXPECT_EQ(top_k({3}, {nan, nan, nan}, 2), (Mask{1, 1, 0}));
  EXPECT_EQ(top_k({3}, {-infinity, -infinity, -infinity}, 2), (Mask{1, 1, 0}));
}

TEST(TopKMask, KeepsKOfEachRowOnAnyNumberOfThreads) {
  const Tensor x = random_tensor({300, 250}, 1);
  const int usual = threads();
  for (int count : {1, 3}) {
    set_threads(count);
    Tape tape(Tape::Gradients::off);
    const Tensor& mask = top_k_mask(tape.constant(x), 25).value();
    for (std::size_t row = 0; row < 300; ++row) {
      double kept = 0, smallest = infinity, largest_other = -infinity;
      for (std::size_t i = 0; i < 250; ++i) {
        kept += mask(row, i);
        if (mask(row, i) == 1)
          smallest = std::min<double>(smallest, x(row, i));
        else
          largest_other = std::max<double>(largest_other, x(row, i));
      }
      EXPECT_EQ(kept, 25);
      EXPECT_GE(smallest, largest_other);
    }
  }
  set_threads(usual);
}

TEST(TopKMask, LetsTheGradientOfTheKeptThrough) {
  Parameter x({4});
  x.value = tensor({4}, {5, 2, 7, 1});
  Tape tape;
  Var v = tape.parameter(x);
  tape.backward(sum(v * top_k_mask(v, 2)));
  EXPECT_EQ(numbers(x.grad), (Mask{1, 0, 1, 0}));
}

std::vector<double> sorted(const Shape& shape, const std::vector<double>& x) {
  Tape tape(Tape::Gradients::off);
  return numbers(sort(tape.constant(tensor(shape, x))).value());
}

TEST(Sort, OrdersEachLineByItself) {
  EXPECT_EQ(sorted({2, 3}, {3, 1, 2, 10, 30, 20}), (Mask{1, 2, 3, 10, 20, 30}));
  EXPECT_EQ(sorted({2, 0}, {}), (Mask{}));
}

TEST(Sort, PutsNaNBehindInfinity) {
  const std::vector<double> y = sorted({5}, {nan, 1, infinity, nan, -infinity});
  EXPECT_EQ(std::vector<double>(y.begin(), y.begin() + 3), (Mask{-infinity, 1, infinity}));
  EXPECT_TRUE(std::isnan(y[3]) && std::isnan(y[4]));
}

TEST(Sort, GivesTheGradientsOfEqualElementsInTheirOrder) {
  Parameter x({6});
  x.value = tensor({6}, {7, -0.0, nan, 7, 0, nan});
  Tape tape;
  tape.backward(sort(tape.parameter(x)), tensor({6}, {1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(numbers(x.grad), (Mask{3, 1, 5, 4, 2, 6}));
}

TEST(Sort, IsTheSameOnAnyNumberOfThreads) {
  const Tensor x = random_tensor({300, 250}, 1);
  const int usual = threads();
  for (int count : {1, 3}) {
    set_threads(count);
    Tape tape(Tape::Gradients::off);
    const Tensor& y = sort(tape.constant(x)).value();
    for (std::size_t row = 0; row < 300; ++row) {
      std::vector<Scalar> expected(&x(row, 0), &x(row, 0) + 250);
      std::sort(expected.begin(), expected.end());
      EXPECT_TRUE(std::equal(expected.begin(), expected.end(), &y(row, 0)));
    }
  }
  set_threads(usual);
}

TEST(IndexSelect, AddsUpTheGradientsOfAnEmbeddingThatOccursTwice) {
  Parameter table({3, 2});
  Tape tape;
  Var indices = tape.constant(tensor({4}, {2, 0, 2, 2}));
  tape.backward(sum(index_select(tape.parameter(table), indices)));
  EXPECT_EQ(numbers(table.grad), (Mask{1, 1, 0, 0, 3, 3}));
}

TEST(Gather, AddsUpTheGradientsOfAnElementThatIsTakenTwice) {
  Parameter x({2, 3});
  Tape tape;
  Var indices = tape.constant(tensor({2, 2}, {1, 1, 2, 0}));
  tape.backward(sum(gather(tape.parameter(x), indices, 1)));
  EXPECT_EQ(numbers(x.grad), (Mask{0, 2, 0, 1, 0, 1}));
}

TEST(Indices, GetNoGradient) {
  Parameter x({3}), indices({2});
  indices.value = tensor({2}, {2, 1});
  Tape tape;
  tape.backward(sum(index_select(tape.parameter(x), tape.parameter(indices))));
  tape.backward(sum(gather(tape.parameter(x), tape.parameter(indices), 0)));
  EXPECT_TRUE(x.has_grad);
  EXPECT_FALSE(indices.has_grad);
}

}  // namespace
}  // namespace hourglass::testing
