#include "hourglass/models/beta_vae.hpp"

#include <gtest/gtest.h>

#include "tests/models/short_training.hpp"
#include "tests/models/terms.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

constexpr double nats = 1e-5;  // some hundred roundings of numbers near 10

BetaVae make(double beta, double capacity = 0, double share = 0.5) {
  Rng rng(1);
  return {{10},
          {.vae = {.network = {.latent = 3, .hidden = {7}}},
           .beta = beta,
           .capacity = capacity,
           .capacity_share = share},
          rng};
}

Loss loss_of(BetaVae& model, Tape& tape, const Tensor& x) {
  Rng rng(5);
  return model.loss(tape, x, rng);
}

TEST(BetaVae, WeighsTheDivergenceAndShowsItWithoutTheWeight) {
  const Tensor x = random_tensor({4, 10}, 1, 0, 1);
  BetaVae one = make(1), four = make(4);
  Tape tape(Tape::Gradients::off);
  const Loss vae = loss_of(one, tape, x), beta = loss_of(four, tape, x);
  const double kl = term(vae, "kl_nats");
  EXPECT_GT(kl, 0.01);
  EXPECT_EQ(term(beta, "kl_nats"), kl);
  EXPECT_NEAR(beta.total.item() - vae.total.item(), 3 * kl, nats);
  EXPECT_EQ(term(beta, "bits_per_dim"), term(vae, "bits_per_dim"));
}

TEST(BetaVae, LeadsTheDivergenceToACapacityThatRisesInTheCourseOfTraining) {
  const Tensor x = random_tensor({4, 10}, 1, 0, 1);
  BetaVae model = make(4, 20, 0.5);
  Tape tape(Tape::Gradients::off);
  const auto capacity = [&] {  // |KL − C| with KL below C, and at first above it
    const Loss loss = loss_of(model, tape, x);
    const double kl = term(loss, "kl_nats"),
                 distance = (loss.total.item() - term(loss, "reconstruction_nats")) / 1000;
    return std::pair{kl + distance, kl - distance};
  };
  model.before_step(0, 100);
  EXPECT_NEAR(capacity().second, 0, nats);
  model.before_step(25, 100);
  EXPECT_NEAR(capacity().first, 10, nats);
  model.before_step(50, 100);
  EXPECT_NEAR(capacity().first, 20, nats);
  model.before_step(99, 100);
  EXPECT_NEAR(capacity().first, 20, nats);
  model.before_step(0, 100);
  model.eval();  // what it is judged by does not depend on how far training has come
  EXPECT_NEAR(capacity().first, 20, nats);
}

TEST(BetaVae, HasTheDivergenceThatItsCapacityAsksFor) {
  Rng rng(1);
  BetaVae model({784}, {.vae = {.network = {.latent = 6, .hidden = {64}}}, .capacity = 5}, rng);
  const History history = train_on_digits(model, {.epochs = 6, .batch = 50, .lr = 0.003});
  EXPECT_NEAR(history.curve("train_kl_nats").back(), 5, 0.3);
}

TEST(BetaVae, CouplesExamplesOnlyByACapacity) {
  EXPECT_FALSE(make(4).couples_examples());
  EXPECT_TRUE(make(4, 20).couples_examples());
}

TEST(BetaVae, RefusesWeightsBelowZero) {
  EXPECT_EQ(message_of<ConfigError>([] { make(-1); }), "model.beta is -1, but must be at least 0");
  EXPECT_EQ(message_of<ConfigError>([] { make(1, -1); }),
            "model.capacity is -1, but must be at least 0");
  EXPECT_EQ(message_of<ConfigError>([] { make(1, 1, 2); }),
            "model.capacity_share is 2, but must be at least 0 and at most 1");
}

}  // namespace
}  // namespace hourglass::testing
