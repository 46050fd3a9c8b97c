#include "hourglass/models/core/importance.hpp"

#include <gtest/gtest.h>

#include <numbers>

#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/models/conditional_vae.hpp"
#include "hourglass/models/vae.hpp"
#include "tests/models/toy_digits.hpp"
#include "tests/support/messages.hpp"

namespace hourglass::testing { namespace {

TEST(RunningLogSumExp, AddsInLogSpaceWithoutOverflow) {
  RunningLogSumExp sum;
  for (double x : {-1000.0, -1001.0, -999.0}) sum.add(x);
  EXPECT_NEAR(sum.value(), -999 + std::log(1 + std::exp(-1) + std::exp(-2)), 1e-12);
  EXPECT_LT(RunningLogSumExp().value(), -1e300);
}

/// z ~ N(0, 1), x = a z + s n with n ~ N(0, 1) for each of two numbers of z; q is somewhat too
/// wide and off its place, as a learnt one is. x is N(0, a² + s²).
class LinearGaussian : public Variational {
 public:
  static constexpr double a = 0.8, s = 0.3;

  Var observe(Tape& tape, const Batch& batch, Rng&) override { return tape.constant(batch.x); }
  Probability probability() const override { return Probability::density; }
  Var kl_per_dimension(Var x, Rng&) override { return x; }
  Var elbo(Var x, const Batch& batch, Rng& rng) override {
    return reshape(log_weights(x, batch, 1, rng), {batch.size()});
  }
  Var log_weights(Var x, const Batch&, std::size_t samples, Rng& rng) override {
    const double variance = 1 / (1 + a * a / (s * s));
    Var mean = Scalar(variance * a / (s * s)) * x + Scalar(0.1);
    Var log_variance = 0 * mean + static_cast<Scalar>(std::log(1.5 * variance));
    const Gaussian q = Gaussian{mean, log_variance}.repeated(samples);
    Var z = q.draw(rng);
    Var noise = 0 * z + static_cast<Scalar>(2 * std::log(s));
    return gaussian_log_likelihood(repeat(x, 0, samples), Scalar(a) * z, noise) +
           standard_normal_log_density(z) - q.log_density(z);
  }
  static double log_density(const std::uint8_t* bytes) {
    double sum = 0;
    for (int k = 0; k < 2; ++k)
      sum -= 0.5 * (std::log(2 * std::numbers::pi * (a * a + s * s)) +
                    std::pow(bytes[k] / 255.0, 2) / (a * a + s * s));
    return sum;
  }

  Var encode(Var x) override { return x; }
  Var decode(Var code) override { return code; }
  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    return Loss(-mean(elbo(tape.constant(batch.x), batch, rng)));
  }
  std::size_t latent() const override { return 2; }
};

Dataset some_points() {
  return {"points", {2}, {0, 0, 10, 200, 255, 255, 70, 90, 130, 40}};
}

double mean_error(std::size_t samples, std::uint64_t seed = 1) {
  LinearGaussian model;
  const Dataset data = some_points();
  const std::vector<double> estimates = log_likelihoods(model, data, samples, Rng(seed));
  double sum = 0;
  for (std::size_t i = 0; i < data.size(); ++i)
    sum += LinearGaussian::log_density(data.example(i)) - estimates[i];
  return sum / static_cast<double>(data.size());
}

TEST(ImportanceSampling, ConvergesToTheDensityOfALinearGaussianModel) {
  EXPECT_NEAR(mean_error(20000), 0, 0.005);
}

TEST(ImportanceSampling, IsABoundFromBelowInExpectationThatRisesWithTheNumberOfSamples) {
  const auto gap = [](std::size_t samples) {
    double sum = 0;
    for (std::uint64_t seed = 0; seed < 1000; ++seed) sum += mean_error(samples, seed) / 1000;
    return sum;
  };
  const double one = gap(1), five = gap(5), fifty = gap(50);
  EXPECT_GT(one, five + 0.01);
  EXPECT_GT(five, fifty + 0.003);
  EXPECT_GT(fifty, 0);
  // With one sample the gap is KL(q ‖ posterior), which two Gaussians have in closed form.
  const double variance =
      1 / (1 + LinearGaussian::a * LinearGaussian::a / (LinearGaussian::s * LinearGaussian::s));
  EXPECT_NEAR(one, 2 * 0.5 * (1.5 + 0.01 / variance - 1 - std::log(1.5)), 0.03);
}

TEST(ImportanceSampling, GivesTheSameForAnyNumberOfRowsAtATimeAndOfThreads) {
  LinearGaussian model;
  const Dataset data = some_points();
  const std::vector<double> expected = log_likelihoods(model, data, 1000, Rng(1));
  for (std::size_t rows : {4u, 100u, 996u, 5000u}) {
    const std::vector<double> got = log_likelihoods(model, data, 1000, Rng(1), rows);
    for (std::size_t i = 0; i < data.size(); ++i)
      EXPECT_NEAR(got[i], expected[i], 16 * epsilon) << rows << " rows";
  }
  const int before = threads();
  for (int count : {1, 2}) {
    set_threads(count);
    EXPECT_EQ(log_likelihoods(model, data, 1000, Rng(1)), expected) << count << " threads";
  }
  set_threads(before);
}

class SmallVae : public ::testing::Test {
 protected:
  Rng rng{1};
  Vae model{{3}, {.network = {.latent = 1, .hidden = {4}}}, rng};
  const Dataset data = all_binary_examples(3);

  /// Widens q beyond p(z | x), so that no weight is large.
  void SetUp() override {
    for (Parameter* parameter : model.encoder.parameters())
      if (parameter->name == "encoder.2.bias") parameter->value(1) += 1;
  }

  /// ln ∫ p(z) Π_j p(x_j | z) dz along a fine grid.
  double log_probability(const std::uint8_t* bytes) {
    constexpr std::size_t points = 2000;
    Tensor z = filled({points, 1});
    for (std::size_t i = 0; i < points; ++i)
      z(i, 0) = static_cast<Scalar>(-8 + 16 * (double(i) + 0.5) / points);
    Tape tape(Tape::Gradients::off);
    const Tensor ones = model.decode(tape.constant(z)).value();
    double sum = 0;
    for (std::size_t i = 0; i < points; ++i) {
      double p = std::exp(-0.5 * z(i, 0) * z(i, 0)) / std::sqrt(2 * std::numbers::pi);
      for (std::size_t k = 0; k < 3; ++k) p *= bytes[k] ? double(ones(i, k)) : 1 - ones(i, k);
      sum += p * 16 / points;
    }
    return std::log(sum);
  }
};

TEST_F(SmallVae, GivesEachExampleTheProbabilityThatIntegratingOverItsCodesGives) {
  const std::vector<double> estimates = log_likelihoods(model, data, 20000, Rng(2));
  double sum = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_NEAR(estimates[i], log_probability(data.example(i)), 0.02) << i;
    sum += std::exp(estimates[i]);
  }
  EXPECT_NEAR(sum, 1, 0.02);
}

TEST_F(SmallVae, HasFiguresInNats) {
  const Metrics without = likelihood_metrics(model, data, Rng(2));
  ASSERT_EQ(without.size(), 1u);
  EXPECT_EQ(without[0].first, "elbo_nats");
  const Metrics figures = likelihood_metrics(model, data, Rng(2), 5000, 3);
  ASSERT_EQ(figures.size(), 2u);
  EXPECT_EQ(figures[0].first, "elbo_nats");
  EXPECT_EQ(figures[1].first, "nll_nats");
  double expected = 0;
  for (std::size_t i = 0; i < 3; ++i) expected -= log_probability(data.example(i)) / 3;
  EXPECT_NEAR(figures[1].second, expected, 0.02);
}

TEST(LikelihoodMetrics, OfAConditionalModelAreOfXGivenTheClass) {
  Rng rng(1);
  ConditionalVae model({4}, {.vae = {.network = {.latent = 1, .hidden = {3}}}, .classes = 2}, rng);
  const Dataset data("made", {4}, std::vector<std::uint8_t>{255, 0, 0, 255, 0, 255, 0, 255},
                     {0, 1});
  const Metrics figures = likelihood_metrics(model, data, Rng(2), 20);
  ASSERT_EQ(figures.size(), 2u);
  EXPECT_EQ(figures[0].first, "elbo_nats_given_class");
  EXPECT_EQ(figures[1].first, "nll_nats_given_class");
}

TEST(LikelihoodMetrics, AreNoneWithoutALikelihood) {
  Rng rng(1);
  Vae model({4}, {.network = {.latent = 1, .hidden = {3}}, .likelihood = {.binarize = false}}, rng);
  const Dataset data("made", {4}, std::vector<std::uint8_t>{255, 0, 0, 255, 0, 255, 0, 255});
  EXPECT_TRUE(likelihood_metrics(model, data, Rng(2)).empty());
}

TEST_F(SmallVae, IsABoundOfTheSameExamplesFromTheSameDraws) {
  for (std::size_t examples : {1u, 3u, 8u}) {
    const Metrics figures = likelihood_metrics(model, data, Rng(2), 40, examples);
    EXPECT_LT(figures[1].second, -figures[0].second) << examples;
  }
}

TEST_F(SmallVae, KeepsItsFiguresWhereTheNoiseOfACodeIsLostToRounding) {
  for (Parameter* parameter : model.encoder.parameters())
    if (parameter->name == "encoder.2.bias") {
      parameter->value(0) += 50;
      parameter->value(1) = -200;  // ln σ²: 1 / σ² is infinite, and z = μ but for rounding
    }
  Tape tape(Tape::Gradients::off);
  Rng rng(4);
  const Tensor x = filled({1, 3}, 1);
  const Gaussian q = model.posterior(tape.constant(x));
  // −ln q = ½ n² + ½ ln 2π + ln σ
  const double expected =
      0.5 + 0.5 * std::log(2 * std::numbers::pi) + 0.5 * q.log_variance.value()(0, 0);
  double mean = 0;
  for (int draw = 0; draw < 2000; ++draw)
    mean -= q.log_density_of_draw(q.draw_with_noise(rng).noise).value()(0) / 2000;
  EXPECT_NEAR(mean, expected, 0.1);
  for (const auto& [name, value] : likelihood_metrics(model, data, Rng(2), 20))
    EXPECT_TRUE(std::isfinite(value)) << name;
}

TEST_F(SmallVae, NamesTheExampleThatHasNoFiniteEstimate) {
  model.decoder.parameters()[0]->value.data()[0] = std::numeric_limits<Scalar>::quiet_NaN();
  for (std::size_t samples : {0u, 3u}) {
    const std::string message =
        message_of<NonFiniteError>([&] { likelihood_metrics(model, data, Rng(2), samples); });
    EXPECT_PRED2(
        contains, message,
        samples ? "nll_nats is not finite: of example " : "elbo_nats is not finite: of example ");
    EXPECT_PRED2(contains, message, "decoder.0");
  }
}

TEST_F(SmallVae, RefusesWhatHasNoLikelihood) {
  EXPECT_EQ(message_of<ConfigError>([&] { log_likelihoods(model, data, 0, Rng(1)); }),
            "importance sampling with 0 samples: there must be at least 1");
  Vae grey({3}, {.network = {.latent = 1, .hidden = {}}, .likelihood = {.binarize = false}}, rng);
  EXPECT_PRED2(starts_with,
               message_of<ConfigError>([&] { log_likelihoods(grey, data, 5, Rng(1)); }),
               "this model has no likelihood of grey pixels, only a loss: ");
  EXPECT_EQ(message_of<ConfigError>([&] { likelihood_metrics(model, data.slice(0, 0), Rng(1)); }),
            "evaluate: the dataset has no examples");
}

}  // namespace
}  // namespace hourglass::testing
