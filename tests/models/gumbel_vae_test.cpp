#include "hourglass/models/gumbel_vae.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "hourglass/models/core/importance.hpp"
#include "hourglass/models/statistics/classification.hpp"
#include "tests/models/short_training.hpp"
#include "tests/models/terms.hpp"
#include "tests/models/toy_digits.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

// All 8 images of three pixels, and all 9 codes of two variables with three values each.
struct GumbelVaeTest : ::testing::Test {
  static GumbelVae make(double final_temperature = 1, bool straight_through = false) {
    Rng rng(1);
    return {{3},
            {.network = {.latent = 2, .hidden = {5}},
             .categories = 3,
             .final_temperature = final_temperature,
             .straight_through = straight_through},
            rng};
  }
  void SetUp() override {
    for (Parameter* parameter : model.parameters())
      for (Scalar& weight : parameter->value) weight *= 3;  // far from a uniform posterior
  }

  GumbelVae model = make();
  Tensor images = to_tensor(all_binary_examples(3));
  Tape tape{Tape::Gradients::off};

  /// Code number c as one-hot vectors: (1, 2, 3)
  static Tensor code(std::size_t c) {
    Tensor z = filled({1, 2, 3});
    z.data()[c / 3] = z.data()[3 + c % 3] = 1;
    return z;
  }
  /// ln p(x | z) of every image: (8)
  std::vector<double> log_likelihoods(std::size_t c) {
    Var z = repeat(tape.constant(code(c)), 0, 8);
    return numbers(model.log_likelihood(tape.constant(images), z).value());
  }
  /// ln q(z | x) of every image: (8)
  std::vector<double> log_posteriors(std::size_t c) {
    Var z = tape.constant(code(c));
    return numbers(sum(model.log_posterior(tape.constant(images)) * z, {1, 2}).value());
  }
  /// ln p(x) = ln Σ_z p(x | z) / 9 of every image
  std::vector<double> log_probabilities() {
    std::vector<double> p(8);
    for (std::size_t c = 0; c < 9; ++c)
      for (std::size_t i = 0; i < 8; ++i) p[i] += std::exp(log_likelihoods(c)[i]) / 9;
    for (double& each : p) each = std::log(each);
    return p;
  }
};

TEST_F(GumbelVaeTest, IsADistributionOfImages) {
  double sum = 0;
  for (double log_p : log_probabilities()) sum += std::exp(log_p);
  EXPECT_NEAR(sum, 1, 16 * epsilon);
}

TEST_F(GumbelVaeTest, WeighsEachDrawByItsJointProbabilityOverThatOfDrawingIt) {
  constexpr std::size_t samples = 4000;
  Rng rng(1);
  const Tensor log_w = model.log_weights(tape.constant(images), images, samples, rng).value();
  ASSERT_EQ(log_w.shape(), (Shape{samples, 8}));
  std::vector<double> found(8), weight(8);
  for (std::size_t c = 0; c < 9; ++c) {
    const std::vector<double> p = log_likelihoods(c), q = log_posteriors(c);
    for (std::size_t i = 0; i < 8; ++i) {
      const double expected = p[i] - std::log(9) - q[i];
      const double tolerance = 64 * epsilon * (1 + std::abs(expected));
      double share = 0;
      for (std::size_t k = 0; k < samples; ++k)
        share += std::abs(log_w(k, i) - expected) < tolerance ? 1.0 / samples : 0;
      found[i] += share;
      EXPECT_NEAR(share, std::exp(q[i]), 0.035) << "code " << c << " of image " << i;
      weight[i] += std::exp(q[i] + expected);
    }
  }
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_NEAR(found[i], 1, 1e-6) << "a weight that no code has";
    EXPECT_NEAR(std::log(weight[i]), log_probabilities()[i], 64 * epsilon);
  }
}

TEST_F(GumbelVaeTest, HasABoundThatIsTheExpectationOverAllCodes) {
  constexpr std::size_t draws = 4000;
  Rng rng(1);
  const Tensor many = repeat(tape.constant(images), 0, draws).value();
  const Tensor elbo = model.elbo(tape.constant(many), many, rng).value();
  std::vector<double> exact(8);
  for (std::size_t c = 0; c < 9; ++c) {
    const std::vector<double> p = log_likelihoods(c), q = log_posteriors(c);
    for (std::size_t i = 0; i < 8; ++i) exact[i] += std::exp(q[i]) * (p[i] - std::log(9) - q[i]);
  }
  double all = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    double mean = 0;
    for (std::size_t k = 0; k < draws; ++k) mean += elbo.data()[8 * k + i] / draws;
    EXPECT_NEAR(mean, exact[i], 0.1);
    EXPECT_LT(exact[i], log_probabilities()[i]);
    all += exact[i] / 8;
  }
  model.eval();
  EXPECT_NEAR(model.loss(tape, many, rng).total.item(), -all, 0.03) << "evaluated with hard draws";
}

TEST_F(GumbelVaeTest, MinimisesWhatItsFormulaSays) {
  Rng rng(7), same(7);
  const Loss loss = model.loss(tape, images, rng);
  Var x = model.observe(tape, images, same), log_q = model.log_posterior(x);
  const Tensor y = reshape(model.draw_relaxed(log_q, same), {8, 6}).value();
  const Tensor ones = model.decode(tape.constant(y)).value();
  double nats = 0, kl = 0;
  for (std::size_t i = 0; i < 24; ++i)
    nats -= std::log(images.data()[i] > 0 ? double(ones.data()[i]) : 1 - ones.data()[i]) / 8;
  for (Scalar l : log_q.value()) kl += std::exp(double(l)) * (l + std::log(3)) / 8;
  EXPECT_NEAR(term(loss, "reconstruction_nats"), nats, 64 * epsilon * nats);
  EXPECT_NEAR(term(loss, "kl_nats"), kl, 64 * epsilon);
  EXPECT_NEAR(loss.total.item(), nats + kl, 64 * epsilon * nats);
  EXPECT_NEAR(term(loss, "bits_per_dim"), (nats + kl) / (3 * std::log(2)), 64 * epsilon * nats);
}

TEST_F(GumbelVaeTest, SaysWhatEachVariableCosts) {
  Var x = tape.constant(images);
  Rng rng(1);
  const Tensor terms = model.kl_per_dimension(x, rng).value(),
               log_q = model.log_posterior(x).value();
  ASSERT_EQ(terms.shape(), (Shape{8, 6}));
  for (std::size_t n = 0; n < 16; ++n) {
    double kl = 0, sum = 0;
    for (std::size_t k = 3 * n; k < 3 * n + 3; ++k) {
      kl += std::exp(double(log_q.data()[k])) * (log_q.data()[k] + std::log(3));
      sum += terms.data()[k];
      EXPECT_GE(terms.data()[k], -epsilon);
    }
    EXPECT_NEAR(sum, kl, 16 * epsilon);
  }
}

TEST_F(GumbelVaeTest, LowersTheTemperatureByTheSameFactorInEachStep) {
  GumbelVae cooling = make(0.25);
  Var log_q = cooling.log_posterior(tape.constant(images));
  const auto drawn_at = [&](std::size_t step) {
    cooling.before_step(step, 100);
    Rng same(3);
    return cooling.draw_relaxed(log_q, same).value();
  };
  // y = softmax(v / τ), so y at τ = 1/2 is y² of τ = 1, normalised, and so on.
  const Tensor warm = drawn_at(0);
  for (const auto& [step, power] : {std::pair{50, 2}, {100, 4}}) {
    const Tensor cold = drawn_at(static_cast<std::size_t>(step));
    for (std::size_t n = 0; n < 16; ++n) {
      double sum = 0;
      for (std::size_t k = 0; k < 3; ++k) sum += std::pow(warm.data()[3 * n + k], power);
      for (std::size_t k = 0; k < 3; ++k)
        EXPECT_NEAR(cold.data()[3 * n + k], std::pow(warm.data()[3 * n + k], power) / sum,
                    64 * epsilon);
    }
  }
}

TEST_F(GumbelVaeTest, DecodesStraightThroughWhatItDrawsInEvaluation) {
  GumbelVae hard = make(1, true);
  Var log_q = model.log_posterior(tape.constant(images));
  Rng one(5), two(5), three(5);
  const Tensor z = model.draw(log_q, one).value();
  EXPECT_TRUE(is_same(hard.draw_relaxed(log_q, two).value(), z));
  const Tensor y = model.draw_relaxed(log_q, three).value();
  for (std::size_t n = 0; n < 16; ++n) {
    const Scalar *soft = y.data() + 3 * n, *chosen = z.data() + 3 * n;
    EXPECT_EQ(std::max_element(soft, soft + 3) - soft,
              std::max_element(chosen, chosen + 3) - chosen);
    EXPECT_NEAR(soft[0] + soft[1] + soft[2], 1, 4 * epsilon);
    EXPECT_LT(*std::max_element(soft, soft + 3), 1);
    EXPECT_EQ(chosen[0] + chosen[1] + chosen[2], 1);
  }
}

TEST_F(GumbelVaeTest, TurnsImagesIntoWholeNumbersAndBack) {
  Var x = tape.constant(images);
  const Tensor p = model.encode(x).value(), indices = model.code_indices(x).value();
  ASSERT_EQ(indices.shape(), (Shape{8, 2}));
  Tensor z = filled({8, 6});
  for (std::size_t n = 0; n < 16; ++n) {
    const Scalar* own = p.data() + 3 * n;
    EXPECT_EQ(indices.data()[n], std::max_element(own, own + 3) - own);
    z.data()[3 * n + static_cast<std::size_t>(indices.data()[n])] = 1;
  }
  EXPECT_TRUE(is_same(model.decode_indices(tape.constant(indices)).value(),
                      model.decode(tape.constant(z)).value()));
}

TEST_F(GumbelVaeTest, DrawsEachValueEquallyOften) {
  Rng rng(1);
  const Tensor codes = model.sample_codes(3000, rng);
  for (std::size_t j = 0; j < 6; ++j) {
    double share = 0;
    for (std::size_t i = 0; i < 3000; ++i) share += codes(i, j) / 3000;
    EXPECT_NEAR(share, 1.0 / 3, 0.035);
  }
  EXPECT_TRUE(is_picture(model.sample(20, rng)));
}

TEST(GumbelVae, RefusesOptionsThatMakeNoDraw) {
  const auto error = [](const GumbelVaeOptions& options) {
    return message_of<ConfigError>([&] {
      Rng rng(1);
      GumbelVae({10}, options, rng);
    });
  };
  EXPECT_EQ(error({.categories = 1}), "model.categories is 1, but must be at least 2");
  EXPECT_EQ(error({.temperature = 0}), "model.temperature is 0, but must be above 0");
  EXPECT_EQ(error({.final_temperature = -1}), "model.final_temperature is -1, but must be above 0");
  EXPECT_EQ(error({.network = {.latent = 0}}), "model.latent is 0, but must be at least 1");
}

TEST(GumbelVae, LearnsDigitsRelaxedAndStraightThrough) {
  for (bool straight_through : {false, true}) {
    Rng rng(1);
    GumbelVae model({784},
                    {.network = {.latent = 10, .hidden = {64}, .normalization = "batch"},
                     .straight_through = straight_through},
                    rng);
    train_on_digits(model, {.epochs = 3, .batch = 50, .lr = 0.005}, "4000");
    const Dataset test = load_dataset("mnist?limit=100", Split::test);
    const Metrics metrics = likelihood_metrics(model, test, rng, 20);
    // Coins with each pixel's own frequency, one set for all images, have 206 nats an image.
    EXPECT_GT(metric(metrics, "elbo_nats"), -185) << straight_through;
    EXPECT_LT(metric(metrics, "nll_nats"), -metric(metrics, "elbo_nats"));
    RecordProperty(straight_through ? "elbo_straight_through" : "elbo_relaxed",
                   std::to_string(metric(metrics, "elbo_nats")));
  }
}

}  // namespace
}  // namespace hourglass::testing
