#include "hourglass/models/statistics/ridge.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/statistics/classification.hpp"
#include "hourglass/models/statistics/strokes.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

TEST(Ridge, SolvesTheNormalEquations) {
  // (4 2; 2 3) x = (2, 5):  x = (−1/2, 2)
  const std::vector<double> x = solve_symmetric({4, 2, 2, 3}, {2, 5});
  EXPECT_NEAR(x[0], -0.5, 1e-12);
  EXPECT_NEAR(x[1], 2, 1e-12);
}

/// y = 2 x₀ − x₁ + 3 + noise
std::vector<double> targets_of(const Tensor& rows, double noise, std::uint64_t seed) {
  Rng rng(seed);
  Tensor n = filled({rows.shape()[0]});
  rng.fill_normal(n, 0, static_cast<Scalar>(noise));
  std::vector<double> y;
  for (std::size_t i = 0; i < rows.shape()[0]; ++i)
    y.push_back(2 * rows(i, 0) - rows(i, 1) + 3 + n(i));
  return y;
}

TEST(Ridge, FindsALinearLaw) {
  const Tensor train = random_tensor({300, 4}, 1), test = random_tensor({100, 4}, 2);
  const RidgeResult exact =
      ridge_regression(train, targets_of(train, 0, 3), test, targets_of(test, 0, 4));
  EXPECT_GT(exact.r2, 0.9999);
  EXPECT_EQ(exact.penalty, 1e-4);
  const RidgeResult noisy =
      ridge_regression(train, targets_of(train, 0.5, 3), test, targets_of(test, 0.5, 4));
  EXPECT_NEAR(noisy.rmse, 0.5, 0.1);
}

TEST(Ridge, IsTheMeanWhereNumbersSayNothing) {
  const Tensor train = random_tensor({60, 30}, 1), test = random_tensor({200, 30}, 2);
  const RidgeResult result = ridge_regression(train, targets_of(random_tensor({60, 2}, 5), 0, 3),
                                              test, targets_of(random_tensor({200, 2}, 6), 0, 4));
  EXPECT_NEAR(result.r2, 0, 0.3);
  EXPECT_EQ(result.penalty, 1);
}

TEST(Ridge, AgreesWithTheNormalEquationsWrittenOut) {
  const Tensor train = random_tensor({40, 1}, 1), test = random_tensor({10, 1}, 2);
  std::vector<double> y;
  for (std::size_t i = 0; i < 40; ++i) y.push_back(train(i, 0) + 0.3 * std::sin(double(i)));
  const RidgeResult result =
      ridge_regression(train, y, test, std::vector<double>(10, 0), {.penalties = {0.25}});
  Tensor x = train, z = test;
  standardize(x, z);
  double xx = 0, xy = 0, mean = 0;  // the column has mean 0, so that b is the targets' mean
  for (std::size_t i = 0; i < 40; ++i) {
    xx += double(x(i, 0)) * x(i, 0) / 40;
    xy += x(i, 0) * y[i] / 40;
    mean += y[i] / 40;
  }
  double squares = 0;
  for (std::size_t i = 0; i < 10; ++i) squares += std::pow(xy / (xx + 0.25) * z(i, 0) + mean, 2);
  EXPECT_NEAR(result.rmse, std::sqrt(squares / 10), 1e-5);
}

TEST(Ridge, SaysWhatItCannotDo) {
  const auto refusal = [](std::size_t rows, std::size_t targets) {
    return message_of<ConfigError>([&] {
      ridge_regression(filled({rows, 2}), std::vector<double>(targets), filled({3, 2}),
                       std::vector<double>(3));
    });
  };
  EXPECT_PRED2(contains, refusal(5, 5), "too few");
  EXPECT_PRED2(contains, refusal(8, 7), "8 rows have 7 targets");
}

/// A bar `thick` pixels wide and 20 high, whose top is `lean` times its height to the right.
Tensor bar(double thick, double lean) {
  Tensor image = filled({40, 40});
  for (std::size_t y = 0; y < 20; ++y)
    for (std::size_t x = 0; x < 40; ++x) {
      const double left = 18 + lean * (9.5 - double(y));
      const double covered = std::min(left + thick, double(x) + 1) - std::max(left, double(x));
      image(y + 10, x) = static_cast<Scalar>(std::clamp(covered, 0.0, 1.0));
    }
  return image;
}

TEST(Strokes, TheSlantOfAShearedBarIsItsShear) {
  for (double lean : {-0.5, 0.0, 0.25, 0.4})
    EXPECT_NEAR(slant(bar(3, lean).data(), 40, 40), lean, 1e-4) << lean;
}

TEST(Strokes, TheWidthOfABarIsItsWidth) {
  for (double thick : {1.0, 2.0, 4.0}) {
    const double ends = 2 * thick;  // the bar's ends are edges, too
    EXPECT_NEAR(stroke_width(bar(thick, 0).data(), 40, 40), thick / (1 + ends / 40), 0.1) << thick;
  }
}

TEST(Strokes, AnEmptyImageHasNeither) {
  const Tensor nothing = filled({5, 5});
  EXPECT_EQ(slant(nothing.data(), 5, 5), 0);
  EXPECT_EQ(stroke_width(nothing.data(), 5, 5), 0);
}

}  // namespace
}  // namespace hourglass::testing
