// What pooling and enlarging do at their edges.

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/autograd/operations.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

constexpr double infinity = std::numeric_limits<double>::infinity(),
                 nan = std::numeric_limits<double>::quiet_NaN();

template <class F>
Tensor value_of(F f, const Tensor& x) {
  Tape tape(Tape::Gradients::off);
  return f(tape.constant(x)).value();
}

/// dx of Σ y for y = f(x)
Tensor gradient_of(const std::function<Var(Var)>& f, const Tensor& x) {
  Parameter parameter(x.shape());
  parameter.value = x;
  Tape tape;
  tape.backward(sum(f(tape.parameter(parameter))));
  return parameter.grad;
}

Var pool(Var x) {
  return max_pool2d(x);
}

TEST(MaxPool, GivesTheFirstOfEqualElementsTheGradient) {
  EXPECT_EQ(numbers(gradient_of(pool, tensor({1, 1, 2, 4}, {1, 2, 3, 3, 2, 2, 3, 3}))),
            (std::vector<double>{0, 1, 1, 0, 0, 0, 0, 0}));
}

TEST(MaxPool, CountsAnElementInEachWindowThatItLeads) {
  const auto overlapping = [](Var x) { return max_pool2d(x, {.kernel = {1, 2}, .stride = 1}); };
  EXPECT_EQ(numbers(gradient_of(overlapping, tensor({1, 1, 1, 4}, {1, 5, 2, 7}))),
            (std::vector<double>{0, 2, 0, 1}));
}

TEST(MaxPool, NeverTakesThePadding) {
  const auto padded = [](Var x) { return max_pool2d(x, {.kernel = 3, .stride = 1, .padding = 1}); };
  const Tensor x = tensor({1, 1, 2, 2}, {-4, -3, -2, -1});
  EXPECT_EQ(numbers(value_of(padded, x)), (std::vector<double>{-1, -1, -1, -1}));
  EXPECT_EQ(numbers(value_of(padded, tensor({1, 1, 1, 1}, {-infinity}))),
            (std::vector<double>{-infinity}));
}

TEST(MaxPool, PassesNaNOnWhereverItStands) {
  for (std::size_t at = 0; at < 4; ++at) {
    std::vector<double> x = {1, infinity, 3, -infinity};
    x[at] = nan;
    EXPECT_TRUE(std::isnan(numbers(value_of(pool, tensor({1, 1, 2, 2}, x)))[0])) << at;
  }
}

TEST(MaxPool, HasAGradientAtMinusInfinity) {
  EXPECT_EQ(numbers(gradient_of(pool, tensor({1, 1, 2, 2}, std::vector<double>(4, -infinity)))),
            (std::vector<double>{1, 0, 0, 0}));
}

TEST(AvgPool, CountsTheZerosOfThePadding) {
  const auto padded = [](Var x) { return avg_pool2d(x, {.kernel = 2, .padding = 1}); };
  const Tensor x = tensor({1, 1, 2, 2}, {4, 8, 12, 16});
  EXPECT_EQ(numbers(value_of(padded, x)), (std::vector<double>{1, 2, 3, 4}));
  EXPECT_EQ(numbers(gradient_of(padded, x)), (std::vector<double>(4, 0.25)));
}

TEST(Pooling, LeavesOutARestThatNoWindowHas) {
  const Tensor x = tensor({1, 1, 3, 3}, {1, 2, 9, 3, 4, 9, 9, 9, 9});
  EXPECT_EQ(numbers(value_of(pool, x)), (std::vector<double>{4}));
  EXPECT_EQ(numbers(gradient_of([](Var x) { return avg_pool2d(x); }, x)),
            (std::vector<double>{0.25, 0.25, 0, 0.25, 0.25, 0, 0, 0, 0}));
}

TEST(UpsampleNearest, RepeatsEachPixel) {
  EXPECT_EQ(numbers(value_of([](Var x) { return upsample_nearest(x, {2, 3}); },
                             tensor({1, 1, 1, 2}, {1, 2}))),
            (std::vector<double>{1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2}));
}

TEST(UpsampleBilinear, LeavesAConstantAsItIs) {
  for (std::uint32_t factor = 1; factor < 8; ++factor) {
    const Tensor x = filled({1, 2, 3, 4}, Scalar(0.7));
    const Tensor y = value_of([&](Var x) { return upsample_bilinear(x, factor); }, x);
    EXPECT_TRUE(is_same(y, filled({1, 2, 3 * factor, 4 * factor}, Scalar(0.7)))) << factor;
  }
}

TEST(UpsampleBilinear, InterpolatesBetweenTheCentresOfPixels) {
  EXPECT_EQ(numbers(value_of([](Var x) { return upsample_bilinear(x, {1, 2}); },
                             tensor({1, 1, 1, 3}, {0, 4, 16}))),
            (std::vector<double>{0, 1, 3, 7, 13, 16}));
  EXPECT_EQ(numbers(value_of([](Var x) { return upsample_bilinear(x, {4, 1}); },
                             tensor({1, 1, 2, 1}, {0, 8}))),
            (std::vector<double>{0, 0, 1, 3, 5, 7, 8, 8}));
}

TEST(UpsampleBilinear, SharesEachPixelsGradientOutWhole) {
  const Tensor x = random_tensor({2, 3, 5, 4}, 1);
  const Tensor dx = gradient_of([](Var x) { return upsample_bilinear(x, {3, 2}); }, x);
  double total = 0;
  for (double each : numbers(dx)) total += each;
  EXPECT_NEAR(total, 6.0 * x.size(), 1e-3);
}

TEST(PixelShuffle, IsTheOneOfThePaper) {
  // PS(T)_x,y,c = T_⌊x/r⌋,⌊y/r⌋, C r mod(y, r) + C mod(x, r) + c of Shi et al. in the order of
  // PyTorch's channels: c r² + r mod(row, r) + mod(column, r).
  const std::size_t r = 3, channels = 2;
  Tensor x = filled({1, channels * r * r, 2, 2});
  for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] = static_cast<Scalar>(i);
  const Tensor y = value_of([&](Var x) { return pixel_shuffle(x, r); }, x);
  ASSERT_EQ(y.shape(), (Shape{1, channels, 6, 6}));
  for (std::size_t c = 0; c < channels; ++c)
    for (std::size_t row = 0; row < 6; ++row)
      for (std::size_t column = 0; column < 6; ++column)
        EXPECT_EQ(y(0, c, row, column),
                  x(0, c * r * r + row % r * r + column % r, row / r, column / r));
}

TEST(Images, HaveTheSameBitsOnAnyNumberOfThreads) {
  const Tensor x = random_tensor({3, 8, 60, 62}, 1);
  const int usual = threads();
  for (const std::function<Var(Var)>& f : {std::function<Var(Var)>(pool),
                                           {[](Var x) { return avg_pool2d(x, {3, 2, 1}); }},
                                           {[](Var x) { return upsample_nearest(x, 2); }},
                                           {[](Var x) { return upsample_bilinear(x, 2); }},
                                           {[](Var x) { return pixel_shuffle(x, 2); }}}) {
    set_threads(1);
    const Tensor alone = value_of(f, x), alone_dx = gradient_of(f, x);
    set_threads(3);
    EXPECT_TRUE(is_same(value_of(f, x), alone));
    EXPECT_TRUE(is_same(gradient_of(f, x), alone_dx));
  }
  set_threads(usual);
}

}  // namespace
}  // namespace hourglass::testing
