#include "hourglass/models/info_vae.hpp"

#include <gtest/gtest.h>

#include "tests/models/short_training.hpp"
#include "tests/models/variational_figures.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

constexpr std::size_t latent = 3;

InfoVae make(double alpha, double lambda) {
  Rng rng(1);
  return {{10},
          {.vae = {.network = {.latent = latent, .hidden = {5}}}, .alpha = alpha, .lambda = lambda},
          rng};
}

TEST(InfoVae, IsTheVaeWhereNothingIsTakenAway) {
  const Tensor x = random_tensor({6, 10}, 1, 0, 1);
  Rng initial(1), rng(7), same(7);
  Vae vae({10}, {.network = {.latent = latent, .hidden = {5}}}, initial);
  InfoVae model = make(0, 1);
  Tape tape(Tape::Gradients::off);
  EXPECT_EQ(model.loss(tape, x, rng).total.item(), vae.loss(tape, x, same).total.item());
}

TEST(InfoVae, MinimisesWhatItsFormulaSays) {
  const Tensor x = random_tensor({6, 10}, 1, 0, 1);
  Rng initial(1), rng(7), same(7);
  Vae vae({10}, {.network = {.latent = latent, .hidden = {5}}}, initial);
  InfoVae model = make(0.25, 50);
  Tape tape(Tape::Gradients::off);
  const Loss loss = model.loss(tape, x, rng);
  Var seen = vae.observe(tape, x, same);
  Var z = vae.posterior(seen).draw(same);
  const double mmd = mmd_to_normal(z, same).item();
  Rng again(7);
  const Loss plain = vae.loss(tape, x, again);
  EXPECT_NEAR(term(loss, "mmd"), mmd, 64 * epsilon);
  EXPECT_NEAR(term(loss, "kl_nats"), term(plain, "kl_nats"), 64 * epsilon);
  EXPECT_NEAR(loss.total.item(),
              term(plain, "reconstruction_nats") + 0.75 * term(plain, "kl_nats") + 49.25 * mmd,
              640 * epsilon);
}

TEST(InfoVae, KeepsItsBatchesWhole) {
  EXPECT_TRUE(make(0.5, 100).couples_examples());
}

TEST(InfoVae, RefusesWeightsBelowZero) {
  EXPECT_PRED2(starts_with, message_of<ConfigError>([] { make(1.5, 100); }),
               "model.alpha must not be above 1");
  EXPECT_PRED2(starts_with, message_of<ConfigError>([] { make(0.5, 0.25); }),
               "model.lambda must not be below 1 - alpha");
}

TEST(InfoVae, RebuildsBetterThanAVaeFromCodesThatMatchThePrior) {
  const auto trained = [](double alpha, double lambda) {
    Rng rng(1);
    InfoVae model(
        {784},
        {.vae = {.network = {.latent = 4, .hidden = {64}}}, .alpha = alpha, .lambda = lambda}, rng);
    return train_on_digits(model, {.epochs = 8, .batch = 50, .lr = 0.005});
  };
  const History info = trained(0.5, 50), vae = trained(0, 1);
  EXPECT_LT(info.curve("train_loss").back(), 0.8 * info.curve("train_loss").front());
  EXPECT_LT(info.curve("reconstruction_nats").back(), vae.curve("reconstruction_nats").back());
  EXPECT_LT(info.curve("mmd").back(), 0.05);
  Rng rng(1);
  EXPECT_TRUE(is_picture(make(0.5, 100).sample(20, rng)));
}

}  // namespace
}  // namespace hourglass::testing
