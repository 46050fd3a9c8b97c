// The optimisers against their papers' formulas, written here as plain loops in double.

#include "hourglass/nn/training/optimizers.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "hourglass/autograd/kernels/threads.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

constexpr int steps = 10;
constexpr std::size_t size = 19;

/// The gradient at step t: fixed draws, with the gaps in size that Adam evens out.
Tensor gradient(int t) {
  Tensor g = random_tensor({size}, 100 + static_cast<std::uint64_t>(t));
  g(0) *= 1000;
  g(1) *= Scalar(0.001);
  return g;
}

/// Steps an optimiser and the formula `update(t, i, g, w)` beside one another.
/// The tolerance: each step moves a weight by about lr ≤ 0.1 and rounds some ten times; besides,
/// 1 − 0.999 in float is off by 1.3·10⁻⁵ of itself, so that Adam's steps are off by half of that.
template <class Make, class Update>
void expect_follows(const Make& make, const Update& update) {
  Parameter parameter({size});
  parameter.name = "w";
  parameter.value = random_tensor({size}, 1);
  std::vector<double> expected = numbers(parameter.value);
  auto optimizer = make(std::vector<Parameter*>{&parameter});
  const double tolerance =
      steps * (10 * epsilon + 0.1 * (sizeof(Scalar) == sizeof(float) ? 1e-5 : 0));
  for (int t = 1; t <= steps; ++t) {
    parameter.grad = gradient(t);
    parameter.has_grad = true;
    for (std::size_t i = 0; i < size; ++i) update(t, i, parameter.grad(i), expected[i]);
    optimizer.step();
    ASSERT_TRUE(is_near(parameter.value, tensor({size}, expected), tolerance)) << "step " << t;
  }
  EXPECT_EQ(optimizer.steps, static_cast<std::size_t>(steps));
}

TEST(SGD, StepsAgainstTheGradient) {
  expect_follows([](auto parameters) { return SGD(parameters, {.lr = 0.0625}); },
                 [](int, std::size_t, double g, double& w) { w -= 0.0625 * g; });
}

// Polyak 1964, with the velocity in units of the gradient.
TEST(SGD, GathersMomentum) {
  std::vector<double> v(size);
  expect_follows([](auto parameters) { return SGD(parameters, {.lr = 0.01, .momentum = 0.9}); },
                 [&](int, std::size_t i, double g, double& w) {
                   v[i] = 0.9 * v[i] + g;
                   w -= 0.01 * v[i];
                 });
}

TEST(SGD, AddsWeightDecayToTheGradient) {
  std::vector<double> v(size);
  expect_follows(
      [](auto parameters) {
        return SGD(parameters, {.lr = 0.01, .momentum = 0.5, .weight_decay = 0.3});
      },
      [&](int, std::size_t i, double g, double& w) {
        v[i] = 0.5 * v[i] + (g + 0.3 * w);
        w -= 0.01 * v[i];
      });
}

// Sutskever et al. 2013, as PyTorch writes it.
TEST(SGD, LooksAhead) {
  std::vector<double> v(size);
  expect_follows(
      [](auto parameters) {
        return SGD(parameters,
                   {.lr = 0.01, .momentum = 0.9, .weight_decay = 0.3, .nesterov = true});
      },
      [&](int, std::size_t i, double g, double& w) {
        g += 0.3 * w;
        v[i] = 0.9 * v[i] + g;
        w -= 0.01 * (g + 0.9 * v[i]);
      });
}

TEST(SGD, DoesNotLookAheadWithoutMomentum) {
  Parameter w({1});
  EXPECT_EQ(message_of<ConfigError>([&] { SGD({&w}, {.nesterov = true}); }),
            "sgd: nesterov needs a momentum above 0");
}

/// Tieleman & Hinton 2012, with PyTorch's momentum and Graves' variance.
struct RMSpropOfThePapers {
  double lr, alpha = 0.99, eps = 1e-8, momentum = 0;
  bool centered = false;
  std::vector<double> square = std::vector<double>(size), mean = square, v = square;
  void step(std::size_t i, double g, double& w) {
    square[i] = alpha * square[i] + (1 - alpha) * g * g;
    mean[i] = alpha * mean[i] + (1 - alpha) * g;
    const double spread = centered ? square[i] - mean[i] * mean[i] : square[i];
    v[i] = momentum * v[i] + g / (std::sqrt(spread) + eps);
    w -= lr * v[i];
  }
};

TEST(RMSpropTest, FollowsItsFormula) {
  RMSpropOfThePapers rmsprop{.lr = 0.01};
  expect_follows([](auto parameters) { return RMSprop(parameters); },
                 [&](int, std::size_t i, double g, double& w) { rmsprop.step(i, g, w); });
}

TEST(RMSpropTest, TakesItsOptions) {
  RMSpropOfThePapers rmsprop{.lr = 0.005, .alpha = 0.75, .eps = 0.125};
  expect_follows(
      [](auto parameters) {
        return RMSprop(parameters, {.lr = 0.005, .alpha = 0.75, .eps = 0.125, .weight_decay = 0.3});
      },
      [&](int, std::size_t i, double g, double& w) { rmsprop.step(i, g + 0.3 * w, w); });
}

TEST(RMSpropTest, GathersMomentum) {
  RMSpropOfThePapers rmsprop{.lr = 0.002, .momentum = 0.5};
  expect_follows(
      [](auto parameters) { return RMSprop(parameters, {.lr = 0.002, .momentum = 0.5}); },
      [&](int, std::size_t i, double g, double& w) { rmsprop.step(i, g, w); });
}

TEST(RMSpropTest, DividesByTheVarianceWhereItIsCentered) {
  for (const double momentum : {0.0, 0.5}) {
    RMSpropOfThePapers rmsprop{.lr = 0.002, .alpha = 0.75, .momentum = momentum, .centered = true};
    expect_follows(
        [&](auto parameters) {
          return RMSprop(parameters,
                         {.lr = 0.002, .alpha = 0.75, .momentum = momentum, .centered = true});
        },
        [&](int, std::size_t i, double g, double& w) { rmsprop.step(i, g, w); });
  }
}

TEST(RMSpropTest, StaysFiniteWhereTheGradientNeverChanges) {
  Parameter w({1});
  w.grad(0) = Scalar(1.0 / 3);
  w.has_grad = true;
  RMSprop rmsprop({&w}, {.alpha = 0.5, .centered = true});  // s − m² → 0, rounded on either side
  for (int t = 0; t < 60; ++t) rmsprop.step();
  EXPECT_TRUE(std::isfinite(w.value(0)));
}

TEST(RMSpropTest, RemembersNoMoreThanItUses) {
  Parameter w({1});
  EXPECT_EQ(RMSprop({&w}).state().size(), 1u);
  EXPECT_EQ(RMSprop({&w}, {.momentum = 0.5}).state().size(), 2u);
  EXPECT_EQ(RMSprop({&w}, {.momentum = 0.5, .centered = true}).state().size(), 3u);
}

/// Kingma & Ba 2015, Algorithm 1.
struct AdamOfThePaper {
  double lr, beta1 = 0.9, beta2 = 0.999, eps = 1e-8;
  std::vector<double> m = std::vector<double>(size), v = m;
  void step(int t, std::size_t i, double g, double& w) {
    m[i] = beta1 * m[i] + (1 - beta1) * g;
    v[i] = beta2 * v[i] + (1 - beta2) * g * g;
    const double m_hat = m[i] / (1 - std::pow(beta1, t)), v_hat = v[i] / (1 - std::pow(beta2, t));
    w -= lr * m_hat / (std::sqrt(v_hat) + eps);
  }
};

TEST(Adam, FollowsItsPaper) {
  AdamOfThePaper adam{.lr = 0.1};
  expect_follows([](auto parameters) { return Adam(parameters, {.lr = 0.1}); },
                 [&](int t, std::size_t i, double g, double& w) { adam.step(t, i, g, w); });
}

TEST(Adam, TakesItsOptions) {
  AdamOfThePaper adam{.lr = 0.05, .beta1 = 0.5, .beta2 = 0.75, .eps = 0.125};
  expect_follows(
      [](auto parameters) {
        return Adam(parameters, {.lr = 0.05, .beta1 = 0.5, .beta2 = 0.75, .eps = 0.125});
      },
      [&](int t, std::size_t i, double g, double& w) { adam.step(t, i, g, w); });
}

TEST(Adam, AddsWeightDecayToTheGradient) {
  AdamOfThePaper adam{.lr = 0.1};
  expect_follows(
      [](auto parameters) { return Adam(parameters, {.lr = 0.1, .weight_decay = 0.3}); },
      [&](int t, std::size_t i, double g, double& w) { adam.step(t, i, g + 0.3 * w, w); });
}

// Loshchilov & Hutter 2019, Algorithm 2.
TEST(AdamW, DecaysTheWeightsApartFromTheGradient) {
  AdamOfThePaper adam{.lr = 0.1};
  expect_follows(
      [](auto parameters) { return AdamW(parameters, {.lr = 0.1, .weight_decay = 0.3}); },
      [&](int t, std::size_t i, double g, double& w) {
        w *= 1 - 0.1 * 0.3;
        adam.step(t, i, g, w);
      });
}

TEST(AdamW, DecaysByAHundredthUnlessToldOtherwise) {
  Parameter w({1});
  w.value(0) = 1;
  w.grad(0) = 0;
  w.has_grad = true;
  AdamW(std::vector<Parameter*>{&w}).step();
  EXPECT_NEAR(w.value(0), 1 - 1e-3 * 0.01, epsilon);
}

template <class Optimizer>
class EveryOptimizer : public ::testing::Test {};
using Optimizers = ::testing::Types<SGD, Adam, AdamW, RMSprop>;
TYPED_TEST_SUITE(EveryOptimizer, Optimizers);

TYPED_TEST(EveryOptimizer, LeavesAParameterWithoutGradientAlone) {
  Parameter reached({2}), unreached({2});
  for (Parameter* parameter : {&reached, &unreached}) parameter->value.fill(1);
  unreached.grad.fill(5);  // of an earlier step: without has_grad it means nothing
  TypeParam optimizer({&unreached, &reached});
  reached.grad.fill(5);
  reached.has_grad = true;
  optimizer.step();
  EXPECT_TRUE(is_same(unreached.value, filled({2}, 1)));
  EXPECT_LT(reached.value(0), 1);
}

TYPED_TEST(EveryOptimizer, ForgetsAllGradients) {
  Parameter a({1}), b({1});
  a.has_grad = b.has_grad = true;
  TypeParam({&a, &b}).zero_grad();
  EXPECT_FALSE(a.has_grad);
  EXPECT_FALSE(b.has_grad);
}

TYPED_TEST(EveryOptimizer, GoesOnFromItsStateAndSteps) {
  Parameter whole({size}), parts({size});
  whole.value = parts.value = random_tensor({size}, 1);
  whole.name = parts.name = "w";
  const auto step = [](auto& optimizer, Parameter& parameter, int t) {
    parameter.grad = gradient(t);
    parameter.has_grad = true;
    optimizer.step();
  };
  TypeParam without_a_break({&whole}), before({&parts}), after({&parts});
  for (int t = 1; t <= 6; ++t) step(without_a_break, whole, t);
  for (int t = 1; t <= 3; ++t) step(before, parts, t);
  auto from = before.state(), to = after.state();
  ASSERT_EQ(from.size(), to.size());
  for (std::size_t i = 0; i < from.size(); ++i) {
    EXPECT_EQ(to[i].first, from[i].first);
    *to[i].second = *from[i].second;
  }
  after.steps = before.steps;
  for (int t = 4; t <= 6; ++t) step(after, parts, t);
  EXPECT_TRUE(is_same(parts.value, whole.value));
}

// 70,000 numbers are enough for the threads to share them; 3 are fewer than some threads get.
TYPED_TEST(EveryOptimizer, GivesTheSameBitsOnAnyNumberOfThreads) {
  const int before = threads();
  std::vector<Tensor> results;
  for (int count : {1, 2, 5}) {
    set_threads(count);
    Parameter large({70'001}), small({3});
    large.value = random_tensor({70'001}, 1);
    TypeParam optimizer({&large, &small});
    for (std::uint64_t step = 0; step < 3; ++step) {
      large.grad = random_tensor({70'001}, 2 + step);
      small.grad = random_tensor({3}, 9 + step);
      large.has_grad = small.has_grad = true;
      optimizer.step();
    }
    results.push_back(large.value);
    results.push_back(small.value);
  }
  set_threads(before);
  for (std::size_t i = 2; i < results.size(); ++i)
    EXPECT_TRUE(is_same(results[i], results[i % 2])) << i;
}

TEST(OptimizerState, HasPyTorchsNames) {
  Parameter w({2}), b({1});
  w.name = "encoder.0.weight";
  b.name = "encoder.0.bias";
  const auto names = [](Optimizer&& optimizer) {
    std::vector<std::string> all;
    for (const auto& [name, state] : optimizer.state()) all.push_back(name);
    return all;
  };
  EXPECT_EQ(names(SGD({&w})), (std::vector<std::string>{"momentum_buffer.encoder.0.weight"}));
  EXPECT_EQ(names(Adam({&w, &b})),
            (std::vector<std::string>{"exp_avg.encoder.0.weight", "exp_avg.encoder.0.bias",
                                      "exp_avg_sq.encoder.0.weight", "exp_avg_sq.encoder.0.bias"}));
}

TEST(ClipGradNorm, ScalesAllGradientsTogether) {
  Parameter a({2}), b({1}), unreached({1});
  a.grad = tensor({2}, {3, 0});
  b.grad(0) = -4;
  unreached.grad(0) = 100;
  a.has_grad = b.has_grad = true;
  EXPECT_EQ(clip_grad_norm({&a, &b, &unreached}, 1), 5);
  EXPECT_TRUE(is_near(a.grad, tensor({2}, {0.6, 0}), epsilon));
  EXPECT_NEAR(b.grad(0), -0.8, epsilon);
  EXPECT_EQ(unreached.grad(0), 100);
}

TEST(ClipGradNorm, LeavesSmallGradientsAlone) {
  Parameter a({2});
  a.grad = tensor({2}, {3, 4});
  a.has_grad = true;
  EXPECT_EQ(clip_grad_norm({&a}, 5), 5);
  EXPECT_EQ(clip_grad_norm({&a}, 6), 5);
  EXPECT_TRUE(is_same(a.grad, tensor({2}, {3, 4})));
}

}  // namespace
}  // namespace hourglass::testing
