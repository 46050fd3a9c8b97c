#include "hourglass/models/vamp_vae.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "tests/models/short_training.hpp"
#include "tests/models/variational_figures.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

struct VampVaeTest : ::testing::Test {
  static VampVae make(std::size_t features = 10, std::size_t pseudo_inputs = 4) {
    Rng rng(1);
    return {{features},
            {.vae = {.network = {.latent = 3, .hidden = {5}}}, .pseudo_inputs = pseudo_inputs},
            rng};
  }

  /// ln N(z_j; μ_j, σ_j²) of row `i` of z and row `k` of q
  static double log_density(const Tensor& z, std::size_t i, const Gaussian& q, std::size_t k,
                            std::size_t j) {
    const double l = q.log_variance.value()(k, j), d = double(z(i, j)) - q.mean.value()(k, j);
    return -0.5 * (d * d * std::exp(-l) + l + std::log(2 * std::numbers::pi));
  }

  /// ln 1/K Σ_k N(z_i; μ_k, σ_k²), of the first `numbers` numbers of z
  double log_prior(const Tensor& z, std::size_t i, std::size_t numbers = 3) {
    const Gaussian components = model.components(tape);
    double sum = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      double log_component = 0;
      for (std::size_t j = 0; j < numbers; ++j)
        log_component += log_density(z, i, components, k, j);
      sum += std::exp(log_component) / 4;
    }
    return std::log(sum);
  }

  VampVae model = make();
  Tensor x = random_tensor({6, 10}, 1, 0, 1);
  Tape tape{Tape::Gradients::off};
};

TEST_F(VampVaeTest, ComponentsArePosteriorsOfPixels) {
  const Tensor pixels = sigmoid(tape.constant(model.pseudo_inputs.value)).value();
  EXPECT_EQ(pixels.shape(), (Shape{4, 10}));
  EXPECT_TRUE(is_same(model.components(tape).mean.value(),
                      model.posterior(tape.constant(pixels)).mean.value()));
}

TEST_F(VampVaeTest, MinimisesWhatItsFormulaSays) {
  Rng rng(7), same(7);
  const Loss loss = model.loss(tape, x, rng);
  Var seen = model.observe(tape, x, same);
  const Gaussian q = model.posterior(seen);
  const Tensor z = q.draw(same).value(), rebuilt = model.decode(tape.constant(z)).value();
  double reconstruction = 0, kl = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double t = seen.value().data()[i], p = rebuilt.data()[i];
    reconstruction -= (t * std::log(p) + (1 - t) * std::log(1 - p)) / 6;
  }
  for (std::size_t i = 0; i < 6; ++i) {
    for (std::size_t j = 0; j < 3; ++j) kl += log_density(z, i, q, i, j) / 6;
    kl -= log_prior(z, i) / 6;
  }
  EXPECT_NEAR(term(loss, "reconstruction_nats"), reconstruction, 64 * epsilon);
  EXPECT_NEAR(term(loss, "kl_nats"), kl, 64 * epsilon);
  EXPECT_NEAR(loss.total.item(), reconstruction + kl, 64 * epsilon);
}

TEST_F(VampVaeTest, KlGoesNumberByNumberByTheChainRule) {
  Rng rng(7), same(7);
  Var images = tape.constant(x);
  const Tensor kl = model.kl_per_dimension(images, rng).value();
  const Gaussian q = model.posterior(images);
  const Tensor z = q.draw(same).value();
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t j = 0; j < 3; ++j)
      EXPECT_NEAR(kl(i, j),
                  log_density(z, i, q, i, j) - log_prior(z, i, j + 1) + log_prior(z, i, j),
                  64 * epsilon);
}

TEST_F(VampVaeTest, IsADistributionOfImages) {
  VampVae small = make(3);
  EXPECT_NEAR(probability_of_all(small, 3, 4000), 1, 0.02);
}

TEST_F(VampVaeTest, DrawsCodesFromTheMixture) {
  model.pseudo_inputs.value = random_tensor({4, 10}, 5, -40, 40);  // far from one another
  Rng rng(1);
  const Tensor codes = model.sample_codes(4000, rng);
  const Gaussian components = model.components(tape);
  for (std::size_t j = 0; j < 3; ++j) {
    double mean = 0, square = 0, sampled_mean = 0, sampled_square = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const double m = components.mean.value()(k, j), l = components.log_variance.value()(k, j);
      mean += m / 4;
      square += (m * m + std::exp(l)) / 4;
    }
    for (std::size_t i = 0; i < 4000; ++i) {
      sampled_mean += codes(i, j) / 4000;
      sampled_square += codes(i, j) * codes(i, j) / 4000;
    }
    EXPECT_NEAR(sampled_mean, mean, 0.1);
    EXPECT_NEAR(sampled_square, square, 0.2);
  }
  EXPECT_TRUE(is_picture(model.sample(20, rng)));
}

TEST_F(VampVaeTest, LetsKlInByAndBy) {
  const auto weight = [&](std::size_t step, bool training) {
    model.before_step(step, 100);
    model.train(training);
    Rng rng(7);
    const Loss loss = model.loss(tape, x, rng);
    return (loss.total.item() - term(loss, "reconstruction_nats")) / term(loss, "kl_nats");
  };
  EXPECT_NEAR(weight(0, true), 0, 1e-3);
  EXPECT_NEAR(weight(25, true), 1, 1e-3);
  EXPECT_NEAR(weight(0, false), 1, 1e-3);
}

TEST_F(VampVaeTest, NeedsAPseudoInput) {
  EXPECT_PRED2(starts_with, message_of<ConfigError>([] { make(10, 0); }),
               "model.pseudo_inputs is 0, but must be at least 1");
}

TEST(VampVae, LearnsItsPseudoInputs) {
  Rng rng(1);
  VampVae model({784}, {.vae = {.network = {.latent = 4, .hidden = {64}}}, .pseudo_inputs = 20},
                rng);
  const Tensor before = model.pseudo_inputs.value;
  const History history = train_on_digits(model, {.epochs = 4, .batch = 50, .lr = 0.003});
  EXPECT_LT(history.curve("train_loss").back(), 0.8 * history.curve("train_loss").front());
  double moved = 0;
  for (std::size_t i = 0; i < before.size(); ++i)
    moved += std::abs(double(model.pseudo_inputs.value.data()[i]) - before.data()[i]) /
             static_cast<double>(before.size());
  EXPECT_GT(moved, 0.02);
}

}  // namespace
}  // namespace hourglass::testing
