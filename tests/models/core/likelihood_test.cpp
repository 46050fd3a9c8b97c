#include "hourglass/models/core/likelihood.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/core/scaled_gaussian.hpp"
#include "hourglass/nn/training/optimizers.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

TEST(BernoulliLikelihood, IsACoinForEachPixel) {
  BernoulliLikelihood likelihood(true);
  const Tensor x = tensor({1, 3}, {1, 0, 1}), logits = tensor({1, 3}, {0.5, -1, 2});
  Tape tape(Tape::Gradients::off);
  const auto sigma = [](double z) { return 1 / (1 + std::exp(-z)); };
  const double expected = std::log(sigma(0.5)) + std::log(1 - sigma(-1)) + std::log(sigma(2));
  Var outputs = tape.constant(logits);
  EXPECT_NEAR(likelihood.log_likelihood(tape.constant(x), outputs).item(), expected, 16 * epsilon);
  EXPECT_TRUE(is_near(likelihood.mean(outputs).value(),
                      tensor({1, 3}, {sigma(0.5), sigma(-1), sigma(2)}), 8 * epsilon));
}

TEST(BernoulliLikelihood, DrawsZerosAndOnesAnewWithThePixelsAsProbabilities) {
  BernoulliLikelihood likelihood(true);
  Tensor x = filled({1000, 4});
  for (std::size_t i = 0; i < x.size(); ++i)
    x.data()[i] = static_cast<Scalar>(std::vector<double>{0, 0.25, 0.75, 1}[i % 4]);
  Tape tape(Tape::Gradients::off);
  Rng rng(1);
  const Tensor first = likelihood.observe(tape, x, rng).value();
  const Tensor second = likelihood.observe(tape, x, rng).value();
  std::vector<double> mean(4);
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_TRUE(first.data()[i] == 0 || first.data()[i] == 1);
    mean[i % 4] += first.data()[i] / 1000;
  }
  EXPECT_EQ(mean[0], 0);
  EXPECT_NEAR(mean[1], 0.25, 0.05);  // √(0.25 · 0.75 / 1000) = 0.014
  EXPECT_NEAR(mean[2], 0.75, 0.05);
  EXPECT_NEAR(mean[3], 1, 1000 * epsilon);
  EXPECT_FALSE(is_same(first, second));
}

TEST(BernoulliLikelihood, KeepsGreyPixelsWithoutBinarizingAndIsThenNoProbabilityOfThem) {
  BernoulliLikelihood likelihood(false);
  const Tensor x = random_tensor({2, 5}, 1, 0, 1);
  Tape tape(Tape::Gradients::off);
  Rng rng(1);
  EXPECT_TRUE(is_same(likelihood.observe(tape, x, rng).value(), x));
  EXPECT_EQ(likelihood.probability(), Probability::none);
}

TEST(GaussianLikelihood, IsTheDensityOfOneDeviationForAllPixels) {
  GaussianLikelihood likelihood;
  likelihood.log_deviation.value.fill(Scalar(-0.5));
  const Tensor x = random_tensor({2, 3}, 1, 0, 1), outputs = random_tensor({2, 3}, 2);
  Tape tape(Tape::Gradients::off);
  const Tensor mean = likelihood.mean(tape.constant(outputs)).value();
  std::vector<double> expected(2);
  const double s = std::exp(-0.5);
  for (std::size_t i = 0; i < 6; ++i) {
    const double d = double(x.data()[i]) - mean.data()[i];
    expected[i / 3] -= d * d / (2 * s * s) + std::log(s * std::sqrt(2 * std::numbers::pi));
  }
  EXPECT_TRUE(is_near(likelihood.log_likelihood(tape.constant(x), tape.constant(outputs)).value(),
                      tensor({2}, expected), 16 * epsilon));
}

TEST(GaussianLikelihood, IsGreatestWhereTheVarianceIsTheMeanSquaredError) {
  GaussianLikelihood likelihood;
  const Tensor x = random_tensor({4, 6}, 1, 0, 1), outputs = random_tensor({4, 6}, 2);
  Tape tape;
  Var out = tape.constant(outputs);
  const double error = mean(square(likelihood.mean(out) - tape.constant(x))).item();
  likelihood.log_deviation.value.fill(static_cast<Scalar>(0.5 * std::log(error)));
  tape.backward(mean(likelihood.log_likelihood(tape.constant(x), tape.constant(outputs))));
  EXPECT_NEAR(likelihood.log_deviation.grad(0), 0, 64 * epsilon);
}

TEST(DiscretizedLogisticLikelihood, GivesTheLevelsOfAPixelProbabilitiesThatSumToOne) {
  DiscretizedLogisticLikelihood likelihood;
  EXPECT_EQ(likelihood.maps(), 2u);
  Tensor levels = filled({256, 1}), outputs = filled({256, 2});
  for (std::size_t i = 0; i < 256; ++i) {
    levels(i, 0) = static_cast<Scalar>(i) / 255;
    outputs(i, 0) = Scalar(0.4);
    outputs(i, 1) = -2;
  }
  Tape tape(Tape::Gradients::off);
  Var out = tape.constant(outputs);
  const Tensor each = likelihood.log_likelihood(tape.constant(levels), out).value();
  double sum = 0;
  for (Scalar log_mass : each) sum += std::exp(double(log_mass));
  EXPECT_NEAR(sum, 1, 256 * epsilon);
}

TEST(OrdinalLikelihood, GivesTheLevelsOfAPixelProbabilitiesThatSumToOne) {
  OrdinalLikelihood likelihood;
  Rng rng(1);
  rng.fill_normal(likelihood.log_widths.value, -3, 1);
  Tensor levels = filled({256, 1}), outputs = filled({256, 2});
  for (std::size_t i = 0; i < 256; ++i) {
    levels(i, 0) = static_cast<Scalar>(i) / 255;
    outputs(i, 0) = Scalar(0.4);
    outputs(i, 1) = Scalar(0.3);
  }
  Tape tape(Tape::Gradients::off);
  Var out = tape.constant(outputs);
  const Tensor each = likelihood.log_likelihood(tape.constant(levels), out).value();
  double sum = 0, mean = 0;
  for (std::size_t i = 0; i < 256; ++i) {
    sum += std::exp(double(each(i)));
    mean += std::exp(double(each(i))) * static_cast<double>(i) / 255;
  }
  EXPECT_NEAR(sum, 1, 2000 * epsilon);
  EXPECT_NEAR(likelihood.mean(out).value()(0, 0), mean, 0.02);
}

TEST(OrdinalLikelihood, LeavesNoLevelWithoutAProbability) {
  OrdinalLikelihood likelihood;
  likelihood.log_widths.value(9) = -40;  // level 10, between the thresholds 9 and 10
  likelihood.log_widths.zero_grad();
  Tape tape;
  Var x = tape.constant(tensor({1, 1}, {10.0 / 255})),
      outputs = tape.constant(tensor({1, 2}, {0, 0}));
  Var nats = -sum(likelihood.log_likelihood(x, outputs));
  EXPECT_LT(nats.item(), 20);
  tape.backward(nats);
  EXPECT_LT(likelihood.log_widths.grad(9), 0) << "it widens";
}

TEST(OrdinalLikelihood, LearnsWhichLevelsAreFrequent) {
  OrdinalLikelihood likelihood;  // one pixel, which is black, or one of two light greys
  const Tensor x = tensor({4, 1}, {0, 0, 250 / 255.0, 251 / 255.0});
  Parameter outputs({1, 2});
  std::vector<Parameter*> parameters = likelihood.parameters();
  parameters.push_back(&outputs);
  Adam adam(parameters, {.lr = 0.05});
  double surprise = 0;
  for (int step = 0; step < 400; ++step) {
    Tape tape;
    Var out = repeat(tape.parameter(outputs), 0, 4);
    Var loss = -mean(likelihood.log_likelihood(tape.constant(x), out));
    adam.zero_grad();
    tape.backward(loss);
    adam.step();
    surprise = loss.item();
  }
  EXPECT_LT(surprise, 1.5 * std::log(2.0) + 0.15);  // the entropy, and a little
}

/// Outputs (rows, maps) of one pixel, whose location and logarithm of the scale these are.
Tensor outputs_of(const Likelihood& likelihood, std::size_t rows, double location,
                  double log_scale) {
  Tensor outputs = filled({rows, likelihood.maps()});
  for (std::size_t i = 0; i < rows; ++i) {
    outputs(i, 0) = static_cast<Scalar>(location);
    if (likelihood.maps() > 1) outputs(i, 1) = static_cast<Scalar>(log_scale);
  }
  return outputs;
}

class LikelihoodOfLevels : public ::testing::TestWithParam<std::pair<double, double>> {};

TEST_P(LikelihoodOfLevels, GivesACoderTheProbabilitiesOfTheModelAndTheirMean) {
  for (const auto& [name, meaning] : likelihoods().entries()) {
    const auto likelihood = make_likelihood({.likelihood = name});
    const auto probabilities = likelihood->level_probabilities();
    if (!probabilities) continue;
    const unsigned levels = probabilities->levels();
    const auto [location, log_scale] = GetParam();
    const Tensor outputs = outputs_of(*likelihood, levels, location, log_scale);
    Tensor x = filled({levels, 1});
    for (std::size_t v = 0; v < levels; ++v) x(v, 0) = Scalar(v) / Scalar(levels - 1);
    Tape tape(Tape::Gradients::off);
    Var out = tape.constant(outputs);
    const Tensor log_mass = likelihood->log_likelihood(tape.constant(x), out).value();
    const auto pixel = probabilities->pixel(outputs.data(), 0, 1);
    double below = 0, mean = 0;
    for (unsigned v = 0; v < levels; ++v) {
      const double next = v + 1 < levels ? probabilities->below(pixel, v + 1) : 1;
      EXPECT_NEAR(std::exp(double(log_mass(v))), next - below, 2000 * epsilon) << name << " " << v;
      mean += (next - below) * v / (levels - 1);
      below = next;
    }
    // An ordinal mean is a sum of 15 terms, and a bin has a fifteenth of a level's reach.
    EXPECT_NEAR(likelihood->mean(out).value()(0, 0), mean, name == "ordinal" ? 0.035 : 0.002)
        << name;
  }
}

INSTANTIATE_TEST_SUITE_P(WithinAndBeyondTheLevels, LikelihoodOfLevels,
                         ::testing::Values(std::pair{0.4, -2.0}, std::pair{-0.7, -1.0},
                                           std::pair{-0.2, -4.0}, std::pair{1.3, 0.5},
                                           std::pair{0.503, -9.0}));

TEST_P(LikelihoodOfLevels, IsDrawnFromAsOftenAsItSays) {
  constexpr std::size_t count = 20'000;
  for (const auto& [name, meaning] : likelihoods().entries()) {
    const auto likelihood = make_likelihood({.likelihood = name});
    const auto probabilities = likelihood->level_probabilities();
    if (!probabilities) continue;
    const auto [location, log_scale] = GetParam();
    const Tensor outputs = outputs_of(*likelihood, count, location, log_scale);
    Rng rng(1);
    const Tensor drawn = likelihood->draw(outputs, rng);
    ASSERT_EQ(drawn.shape(), (Shape{count, 1}));
    const auto pixel = probabilities->pixel(outputs.data(), 0, 1);
    const unsigned levels = probabilities->levels();
    for (unsigned level = 1; level < levels; level += levels == 2 ? 1 : 50) {
      double below = 0;
      for (Scalar x : drawn) below += std::round(x * (levels - 1)) < level ? 1.0 / count : 0;
      const double p = probabilities->below(pixel, level);
      EXPECT_NEAR(below, p, 5 * std::sqrt(p * (1 - p) / count) + 1e-6) << name << " " << level;
    }
  }
}

TEST(Likelihood, IsTheSumOverTheNumbersOfAnExample) {
  for (const auto& [name, meaning] : likelihoods().entries()) {
    const auto likelihood = make_likelihood({.likelihood = name});
    Tensor x = random_tensor({4, 5}, 1, 0, 1);
    for (Scalar& level : x) level = std::round(level * 255) / 255;
    Tape tape(Tape::Gradients::off);
    Var known = tape.constant(x),
        outputs = tape.constant(random_tensor({4, 5 * likelihood->maps()}, 2));
    const Tensor each = likelihood->log_likelihood_of_each(known, outputs).value();
    ASSERT_EQ(each.shape(), (Shape{4, 5})) << name;
    EXPECT_TRUE(is_near(sum(tape.constant(each), {1}).value(),
                        likelihood->log_likelihood(known, outputs).value(), 200 * epsilon))
        << name;
  }
}

TEST(ScaledGaussianLikelihood, IsTheDensityOfADeviationOfEachNumber) {
  ScaledGaussianLikelihood likelihood;
  Tape tape(Tape::Gradients::off);
  Var outputs = tape.constant(tensor({1, 4}, {0, 1, -30, 2}));  // a, a, b, b
  const double means[] = {0.5, 1 / (1 + std::exp(-1))},
               scales[] = {std::exp(-6), std::exp(-6 + std::log1p(std::exp(6)))};
  double expected = 0;
  for (std::size_t i = 0; i < 2; ++i)
    expected -= 0.5 * std::pow((0.51 - means[i]) / scales[i], 2) + std::log(scales[i]) +
                0.5 * std::log(2 * std::numbers::pi);
  Var x = tape.constant(tensor({1, 2}, {0.51, 0.51}));
  EXPECT_NEAR(likelihood.log_likelihood(x, outputs).item(), expected, 1e-4);
  EXPECT_NEAR(likelihood.mean(outputs).value()(0, 1), means[1], 4 * epsilon);
}

TEST(ScaledGaussianLikelihood, IsDrawnFromAsItSays) {
  constexpr std::size_t count = 20'000;
  ScaledGaussianLikelihood likelihood;
  Rng rng(1);
  const Tensor drawn = likelihood.draw(outputs_of(likelihood, count, 0.7, 0), rng);
  const double mean = 1 / (1 + std::exp(-0.7)), scale = std::exp(-6 + std::log1p(std::exp(4)));
  double sum = 0, squares = 0;
  for (Scalar x : drawn) sum += x, squares += std::pow(double(x) - mean, 2);
  EXPECT_NEAR(sum / count, mean, 5 * scale / std::sqrt(double{count}));
  EXPECT_NEAR(std::sqrt(squares / count), scale, 0.02 * scale);
}

TEST(GaussianLikelihood, IsDrawnFromAroundItsMean) {
  constexpr std::size_t count = 20'000;
  GaussianLikelihood likelihood;
  Rng rng(1);
  const Tensor drawn = likelihood.draw(outputs_of(likelihood, count, 0.7, 0), rng);
  double mean = 0, square = 0;
  for (Scalar x : drawn) mean += x / double{count}, square += double(x) * x / count;
  const double deviation = std::exp(-1);  // with which it starts
  EXPECT_NEAR(mean, 1 / (1 + std::exp(-0.7)), 5 * deviation / std::sqrt(double{count}));
  EXPECT_NEAR(std::sqrt(square - mean * mean), deviation, 0.02);
}

TEST(Likelihood, IsRefusedWhereThereIsNoneOfThisName) {
  EXPECT_EQ(message_of<ConfigError>([] { make_likelihood({.likelihood = "poisson"}); }),
            "unknown likelihood 'poisson'; there are bernoulli, gaussian, scaled_gaussian, "
            "discretized_logistic, ordinal, beta_binomial");
}

}  // namespace
}  // namespace hourglass::testing
