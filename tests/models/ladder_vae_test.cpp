#include "hourglass/models/ladder_vae.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/models/short_training.hpp"
#include "tests/models/variational_figures.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

struct LadderVaeTest : ::testing::Test {
  static LadderVae make(std::size_t features = 10, std::size_t top_latent = 2,
                        double warm_up = 0.5) {
    Rng rng(1);
    return {{features},
            {.vae = {.network = {.latent = 3, .hidden = {5}}},
             .top_latent = top_latent,
             .top_hidden = {4},
             .warm_up = warm_up},
            rng};
  }

  Gaussian gaussian(std::uint64_t seed) {
    return {tape.constant(random_tensor({6, 3}, seed, -2, 2)),
            tape.constant(random_tensor({6, 3}, seed + 1, -2, 2))};
  }

  LadderVae model = make();
  Tensor x = random_tensor({6, 10}, 1, 0, 1);
  Tape tape{Tape::Gradients::off};
};

TEST_F(LadderVaeTest, WeighsTheBottomUpPosteriorAndTheTopDownPriorWithTheirPrecisions) {
  const Gaussian up = gaussian(1), down = gaussian(3);
  const Gaussian e = LadderVae::residual(up, down);
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t j = 0; j < 3; ++j) {
      const double mean_up = up.mean.value()(i, j), mean_down = down.mean.value()(i, j),
                   precision_up = std::exp(-up.log_variance.value()(i, j)),
                   precision_down = std::exp(-down.log_variance.value()(i, j)),
                   precision = precision_up + precision_down,
                   mean = (mean_up * precision_up + mean_down * precision_down) / precision;
      // From e = (z1 - mean_down) / deviation_down back to z1.
      const double deviation = std::sqrt(1 / precision_down);
      EXPECT_NEAR(mean_down + deviation * e.mean.value()(i, j), mean, 32 * epsilon);
      EXPECT_NEAR(std::exp(e.log_variance.value()(i, j)) / precision_down, 1 / precision,
                  32 * epsilon);
    }
}

TEST_F(LadderVaeTest, HasTheKlOfZ1InThatOfItsResidual) {
  const Gaussian p = gaussian(3), e = LadderVae::residual(gaussian(1), p);
  const Gaussian z1 = {p.mean + exp(0.5 * p.log_variance) * e.mean,
                       p.log_variance + e.log_variance};
  EXPECT_TRUE(is_near(kl_divergence(e.mean, e.log_variance).value(),
                      kl_divergence(z1.mean, z1.log_variance, p.mean, p.log_variance).value(),
                      64 * epsilon));
}

TEST_F(LadderVaeTest, FallsBackToTheTopDownPriorWhereTheEncoderSaysNothing) {
  const Gaussian blind = {tape.constant(filled({6, 3}, 5)), tape.constant(filled({6, 3}, 60))};
  const Gaussian e = LadderVae::residual(blind, gaussian(3));
  EXPECT_TRUE(is_near(e.mean.value(), filled({6, 3}), epsilon));
  EXPECT_TRUE(is_near(e.log_variance.value(), filled({6, 3}), epsilon));
}

TEST_F(LadderVaeTest, MinimisesWhatItsFormulaSays) {
  model.eval();
  Rng rng(7), same(7);
  const Loss loss = model.loss(tape, x, rng);
  Var seen = model.observe(tape, x, same);
  const Gaussian below = model.bottom_up(seen), above = model.top(below);
  Var z2 = above.draw(same);
  const Gaussian e = LadderVae::residual(below, model.top_down(z2));
  Var code = concatenate(e.draw(same), z2, 1);
  const Tensor rebuilt = model.decode(code).value();
  double reconstruction = 0, kl_z1 = 0, kl_z2 = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double t = seen.value().data()[i], p = rebuilt.data()[i];
    reconstruction -= (t * std::log(p) + (1 - t) * std::log(1 - p)) / 6;
  }
  const auto add_kl = [](double& sum, const Gaussian& q) {
    for (std::size_t i = 0; i < q.mean.value().size(); ++i) {
      const double m = q.mean.value().data()[i], l = q.log_variance.value().data()[i];
      sum += (m * m + std::exp(l) - l - 1) / 2 / 6;
    }
  };
  add_kl(kl_z1, e);
  add_kl(kl_z2, above);
  EXPECT_NEAR(term(loss, "reconstruction_nats"), reconstruction, 64 * epsilon);
  EXPECT_NEAR(term(loss, "kl_z1_nats"), kl_z1, 64 * epsilon);
  EXPECT_NEAR(term(loss, "kl_z2_nats"), kl_z2, 64 * epsilon);
  EXPECT_NEAR(loss.total.item(), reconstruction + kl_z1 + kl_z2, 256 * epsilon);
}

TEST_F(LadderVaeTest, LetsKlInByAndBy) {
  const auto weight = [&](std::size_t step, bool training) {
    model.before_step(step, 100);
    model.train(training);
    Rng rng(7);
    const Loss loss = model.loss(tape, x, rng);
    return (loss.total.item() - term(loss, "reconstruction_nats")) /
           (term(loss, "kl_z1_nats") + term(loss, "kl_z2_nats"));
  };
  EXPECT_NEAR(weight(0, true), 0, 1e-3);
  EXPECT_NEAR(weight(25, true), 0.5, 1e-3);
  EXPECT_NEAR(weight(50, true), 1, 1e-3);
  EXPECT_NEAR(weight(0, false), 1, 1e-3);
}

TEST_F(LadderVaeTest, IsADistributionOfImages) {
  LadderVae small = make(3);
  EXPECT_NEAR(probability_of_all(small, 3, 4000), 1, 0.02);
}

TEST_F(LadderVaeTest, CodesHoldBothLayersAndAllOfThemReachesTheImage) {
  EXPECT_EQ(model.latent(), 5u);
  Rng rng(1);
  EXPECT_EQ(model.encode(tape.constant(x)).shape(), (Shape{6, 5}));
  EXPECT_EQ(model.kl_per_dimension(tape.constant(x), rng).shape(), (Shape{6, 5}));
  const Tensor codes = model.sample_codes(1, rng);
  const Tensor image = model.decode(tape.constant(codes)).value();
  for (std::size_t j = 0; j < 5; ++j) {
    Tensor moved = codes;
    moved(0, j) += 1;
    EXPECT_FALSE(is_near(model.decode(tape.constant(std::move(moved))).value(), image, 1e-5)) << j;
  }
}

TEST_F(LadderVaeTest, RefusesOptionsThatMakeNoLadder) {
  EXPECT_PRED2(starts_with, message_of<ConfigError>([] { make(10, 0); }),
               "model.top_latent is 0: ");
  EXPECT_EQ(message_of<ConfigError>([] { make(10, 2, 1.5); }),
            "model.warm_up is 1.5, but must be at least 0 and at most 1");
}

TEST(LadderVae, UsesBothLayers) {
  Rng rng(1);
  LadderVaeOptions options{.top_latent = 3, .top_hidden = {32}};
  options.vae.network.latent = 6;
  options.vae.network.hidden = {64};
  LadderVae model({784}, options, rng);
  const History history = train_on_digits(model, {.epochs = 6, .batch = 50, .lr = 0.003});
  const std::vector<double> reconstruction = history.curve("train_reconstruction_nats");
  EXPECT_LT(reconstruction.back(), 0.85 * reconstruction.front());
  EXPECT_GT(history.curve("kl_z1_nats").back(), 1);
  EXPECT_GT(history.curve("kl_z2_nats").back(), 0.2);
  EXPECT_TRUE(is_picture(model.sample(20, rng)));
}

}  // namespace
}  // namespace hourglass::testing
