// What losses and likelihoods compute at their edges.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>
#include <numeric>

#include "hourglass/autograd/operations.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

using Function = std::function<Var(const std::vector<Var>&)>;

struct Outcome {
  Tensor value;
  std::vector<Tensor> gradients;  // of the sum of the value
};

Outcome outcome_of(const Function& f, const std::vector<Tensor>& inputs) {
  std::deque<Parameter> parameters;
  Tape tape;
  std::vector<Var> vars;
  for (const Tensor& input : inputs) {
    parameters.emplace_back(input.shape()).value = input;
    vars.push_back(tape.parameter(parameters.back()));
  }
  Var y = f(vars);
  Outcome outcome{y.value(), {}};
  tape.backward(sum(y));
  for (const Parameter& parameter : parameters) outcome.gradients.push_back(parameter.grad);
  return outcome;
}

bool is_finite(const Tensor& x) {
  return std::all_of(x.data(), x.data() + x.size(),
                     [](Scalar each) { return std::isfinite(each); });
}

Tensor row(const std::vector<double>& numbers) {
  return tensor({1, numbers.size()}, numbers);
}

TEST(BinaryCrossEntropy, IsTheLogitWhereItIsExtremeAndWrong) {
  const Outcome outcome = outcome_of([](const auto& v) { return binary_cross_entropy(v[0], v[1]); },
                                     {row({1e4, -1e4, 1e4}), row({0, 1, 1})});
  EXPECT_TRUE(is_same(outcome.value, tensor({1}, {2e4})));
  EXPECT_TRUE(is_near(outcome.gradients[0], row({1, -1, 0}), epsilon));
}

TEST(BinaryCrossEntropy, KeepsNaN) {
  const Outcome outcome = outcome_of([](const auto& v) { return binary_cross_entropy(v[0], v[1]); },
                                     {row({NAN}), row({0})});
  EXPECT_TRUE(std::isnan(outcome.value(0)));
}

TEST(AbsoluteError, HasTheGradient0WhereBothAreEqual) {
  const Outcome outcome = outcome_of([](const auto& v) { return absolute_error(v[0], v[1]); },
                                     {row({1, 2, 3}), row({1, 3, 2})});
  EXPECT_TRUE(is_same(outcome.gradients[0], row({0, -1, 1})));
  EXPECT_TRUE(is_same(outcome.gradients[1], row({0, 1, -1})));
}

TEST(Huber, IsSquareUpToDeltaAndStraightBeyond) {
  const Outcome outcome = outcome_of([](const auto& v) { return huber(v[0], v[1], 2); },
                                     {tensor({4, 1}, {1, 2, 5, -5}), tensor({4, 1}, {0, 0, 0, 0})});
  EXPECT_TRUE(is_same(outcome.value, tensor({4}, {0.5, 2, 8, 8})));
  EXPECT_TRUE(is_same(outcome.gradients[0], tensor({4, 1}, {1, 2, 2, -2})));
}

TEST(CrossEntropy, OverflowsForNoLogit) {
  const Tensor labels = tensor({2}, {0, 1});
  const Outcome outcome =
      outcome_of([&](const auto& v) { return cross_entropy(v[0], v[0].tape().constant(labels)); },
                 {tensor({2, 3}, {1e4, -1e4, 0, 1e30, -1e30, 0})});
  EXPECT_TRUE(is_near(outcome.value, tensor({2}, {0, 2e30}), epsilon));
  EXPECT_TRUE(is_near(outcome.gradients[0], tensor({2, 3}, {0, 0, 0, 1, -1, 0}), epsilon));
}

TEST(CrossEntropy, IsTheLogarithmOfTheNumberOfClassesWhereLogitsAreEqual) {
  const Tensor labels = tensor({1}, {7});
  const Outcome outcome =
      outcome_of([&](const auto& v) { return cross_entropy(v[0], v[0].tape().constant(labels)); },
                 {filled({1, 10}, 3)});
  EXPECT_NEAR(outcome.value(0), std::log(10), 4 * epsilon);
}

TEST(BernoulliLogLikelihood, IsTheCrossEntropyWithTheOtherSign) {
  const Outcome outcome =
      outcome_of([](const auto& v) { return bernoulli_log_likelihood(v[0], v[1]); },
                 {row({1, 0}), row({-50, 50})});
  EXPECT_TRUE(is_same(outcome.value, tensor({1}, {-100})));
}

Var discretized(const std::vector<Var>& v) {
  return discretized_logistic_log_likelihood(v[0], v[1], v[2]);
}

double total_of_256_levels(double mean, double log_scale) {
  Tensor levels = filled({256, 1});
  for (std::size_t i = 0; i < 256; ++i) levels.data()[i] = static_cast<Scalar>(i) / 255;
  const Outcome outcome =
      outcome_of(discretized, {levels, filled({256, 1}, static_cast<Scalar>(mean)),
                               filled({256, 1}, static_cast<Scalar>(log_scale))});
  double total = 0;
  for (double log_mass : numbers(outcome.value)) total += std::exp(log_mass);
  return total;
}

TEST(DiscretizedLogisticLogLikelihood, SumsTo1OverAllLevels) {
  for (double mean : {-3.0, 0.0, 0.3, 0.5, 1.0, 7.0})
    for (double log_scale : {-9.0, -4.0, -1.0, 0.0, 3.0, 10.0})
      EXPECT_NEAR(total_of_256_levels(mean, log_scale), 1, 1e4 * epsilon)
          << mean << " " << log_scale;
}

TEST(DiscretizedLogisticLogLikelihood, StaysFiniteForFarOffMeansAndTinyScales) {
  for (double mean : {-1e6, -100.0, 0.0, 0.5, 1.0, 100.0, 1e6})
    for (double log_scale : {-30.0, -7.0, 0.0, 7.0, 30.0}) {
      const Tensor x = row({0, 100. / 255, 1});
      const Outcome outcome =
          outcome_of(discretized, {x, filled({1, 3}, static_cast<Scalar>(mean)),
                                   filled({1, 3}, static_cast<Scalar>(log_scale))});
      EXPECT_TRUE(is_finite(outcome.value)) << mean << " " << log_scale;
      EXPECT_TRUE(is_finite(outcome.gradients[1])) << mean << " " << log_scale;
      EXPECT_TRUE(is_finite(outcome.gradients[2])) << mean << " " << log_scale;
    }
}

TEST(DiscretizedLogisticLogLikelihood, FallsLinearlyFarFromTheMean) {
  // A logistic tail is e^(−|x − μ| / s): 100 scales further cost 100 nats, and pull with 1 / s.
  const auto at = [](double mean) {
    return outcome_of(discretized, {row({0.4}), row({mean}), row({std::log(0.01)})});
  };
  const Outcome near = at(5), far = at(6);
  EXPECT_NEAR(near.value(0) - far.value(0), 100, 0.01);
  EXPECT_NEAR(far.gradients[1](0, 0), -100, 0.01);
}

TEST(BetaBinomialLogLikelihood, SumsTo1OverAllCounts) {
  for (double log_alpha : {-20.0, -1.0, 0.0, 3.0, 12.0})
    for (double log_beta : {-20.0, 0.0, 2.0, 12.0}) {
      Tensor counts = filled({256});
      std::iota(counts.begin(), counts.end(), Scalar(0));
      Tape tape;
      Var y = beta_binomial_log_likelihood(
          tape.constant(counts), tape.constant(filled({256}, static_cast<Scalar>(log_alpha))),
          tape.constant(filled({256}, static_cast<Scalar>(log_beta))));
      double total = 0;
      for (double log_mass : numbers(y.value())) total += std::exp(log_mass);
      // In double: ln Γ(e¹²) is some 2·10⁶, and rounded like that.
      EXPECT_NEAR(total, 1, std::max(1e3 * epsilon, 1e-9)) << log_alpha << " " << log_beta;
    }
}

TEST(BetaBinomialLogLikelihood, IsUniformWhereAlphaAndBetaAre1) {
  Tape tape;
  Var y = beta_binomial_log_likelihood(tape.constant(tensor({3}, {0, 100, 255})),
                                       tape.constant(filled({3})), tape.constant(filled({3})));
  // In double: ln Γ(257) is some 1,200, and rounded like that.
  EXPECT_TRUE(is_near(y.value(), filled({3}, static_cast<Scalar>(-std::log(256))),
                      std::max(4 * epsilon, 1e-12)));
}

TEST(KlDivergence, Is0BetweenEqualGaussians) {
  const Outcome standard = outcome_of([](const auto& v) { return kl_divergence(v[0], v[1]); },
                                      {filled({1, 20}), filled({1, 20})});
  EXPECT_EQ(standard.value(0), 0);
  const Tensor mean = random_tensor({1, 20}, 1, -3, 3),
               log_variance = random_tensor({1, 20}, 2, -3, 3);
  const Outcome equal =
      outcome_of([](const auto& v) { return kl_divergence(v[0], v[1], v[2], v[3]); },
                 {mean, log_variance, mean, log_variance});
  EXPECT_EQ(equal.value(0), 0);
  for (const Tensor& gradient : equal.gradients)
    EXPECT_TRUE(is_same(gradient * 0 + gradient, gradient));
}

TEST(KlDivergence, IsNotNegativeNearby) {
  for (double l : {1e-3, -1e-3, 1e-5, -1e-5}) {
    const Outcome outcome =
        outcome_of([](const auto& v) { return kl_divergence(v[0], v[1]); }, {row({0}), row({l})});
    // (eˡ − l − 1) / 2 by its series
    const double expected = l * l / 4 * (1 + l / 3 * (1 + l / 4 * (1 + l / 5)));
    EXPECT_NEAR(outcome.value(0), expected, std::abs(l) * epsilon);
  }
}

TEST(KlBernoulli, Is0AtTheSparsityAndInfiniteForUnitsThatNeverFire) {
  const auto at = [](double q) {
    return outcome_of([](const auto& v) { return kl_bernoulli(v[0], Scalar(0.25)); },
                      {tensor({1}, {q})});
  };
  EXPECT_NEAR(*at(0.25).value.data(), 0, epsilon);
  EXPECT_NEAR(at(0.25).gradients[0](0), 0, 4 * epsilon);
  EXPECT_TRUE(std::isinf(*at(0).value.data()));
}

TEST(Mmd, OfEqualSamplesIsNearZero) {
  // Unbiased, so a little below 0: the sample's pairs (i, i) count in the last mean only.
  const Tensor x = random_tensor({200, 3}, 1);
  Tape tape;
  const Scalar value = mmd_imq(tape.constant(x), tape.constant(x), 1).item();
  EXPECT_LE(value, 0);
  EXPECT_GE(value, -0.01);
}

TEST(Mmd, IsZeroWhereAllPointsAreOne) {
  const Outcome outcome = outcome_of([](const auto& v) { return mmd_imq(v[0], v[1], 1); },
                                     {filled({3, 2}, 1e4), filled({4, 2}, 1e4)});
  EXPECT_NEAR(*outcome.value.data(), 0, epsilon);
  EXPECT_TRUE(is_same(outcome.gradients[0], filled({3, 2})));
}

TEST(Mmd, OfSamplesFarApartIsTheSumOfWhatEachHasWithin) {
  const Tensor x = filled({3, 2}), z = filled({4, 2}, 1e9);
  Tape tape;
  EXPECT_NEAR(mmd_imq(tape.constant(x), tape.constant(z), 1).item(), 2, 4 * epsilon);
}

}  // namespace
}  // namespace hourglass::testing
