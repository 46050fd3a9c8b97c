#include "hourglass/models/adversarial.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "hourglass/models/core/codes.hpp"
#include "hourglass/models/vae_gan.hpp"
#include "tests/models/short_training.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

/// The mean of −ln of the probability of what is true, σ(logit) or 1 − σ(logit).
double logit_loss(const Tensor& logits, bool truth) {
  double sum = 0;
  for (Scalar logit : logits) sum += std::log1p(std::exp(truth ? -double(logit) : double(logit)));
  return sum / static_cast<double>(logits.size());
}

double squares(const Tensor& values) {
  double sum = 0;
  for (Scalar value : values) sum += static_cast<double>(value) * value;
  return sum;
}

Tensor normal(const Shape& shape, Rng& rng) {
  Tensor drawn = filled(shape);
  rng.fill_normal(drawn, 0, 1);
  return drawn;
}

TEST(Adversarial, MinimisesWhatItsFormulaSays) {
  Rng rng(1);
  Adversarial model({10},
                    {.base = {.network = {.latent = 3, .hidden = {5}}},
                     .discriminator = {4},
                     .adversarial_weight = 0.5},
                    rng);
  const Tensor x = random_tensor({4, 10}, 2, 0, 1), rebuilt = reconstruct(model, x);
  Tape tape(Tape::Gradients::off);
  Rng noise(3), same(3);
  const Tensor drawn = normal({4, 3}, same);
  Var z = model.encode(tape.constant(x));
  const Tensor encoded = model.discriminator(z).value(),
               from_prior = model.discriminator(tape.constant(drawn)).value();
  const Loss loss = model.loss(tape, x, noise);
  const double error = squares(x - rebuilt) / 4, generator = logit_loss(encoded, true),
               discriminator = logit_loss(from_prior, true) + logit_loss(encoded, false);
  EXPECT_NEAR(loss.terms[0].value.item(), error, 64 * epsilon);
  EXPECT_NEAR(loss.terms[1].value.item(), generator, 64 * epsilon);
  EXPECT_NEAR(loss.terms[2].value.item(), discriminator, 64 * epsilon);
  EXPECT_NEAR(loss.total.item(), error + 0.5 * generator + discriminator, 64 * epsilon);
}

TEST(Adversarial, BringsCodesThatBeginFarFromThePriorToIt) {
  // How far means are from 0 and deviations from 1, the adversary counting so much.
  const auto distance_from_prior = [](double adversarial_weight) {
    Rng rng(1);
    Adversarial model({784},
                      {.base = {.network = {.latent = 2, .hidden = {64}, .normalization = "batch"}},
                       .discriminator = {64},
                       .adversarial_weight = adversarial_weight},
                      rng);
    model.encoder.parameters().back()->value.fill(3);  // the bias of the code
    const History history = train_on_digits(model, {.epochs = 4, .batch = 64, .lr = 0.01});
    const std::vector<double> error = history.curve("train_reconstruction");
    EXPECT_LT(error.at(3), 0.9 * error.at(0));
    EXPECT_TRUE(model.can_sample());
    EXPECT_TRUE(is_picture(model.sample(5, rng)));
    const Tensor codes = encode_all(model, load_dataset("mnist?limit=500", Split::test));
    double distance = 0;
    for (std::size_t j = 0; j < 2; ++j) {
      double mean = 0, square = 0;
      for (std::size_t b = 0; b < 500; ++b) {
        mean += codes(b, j) / 500;
        square += double(codes(b, j)) * codes(b, j) / 500;
      }
      distance += std::abs(mean) + std::abs(std::sqrt(square - mean * mean) - 1);
    }
    return distance;
  };
  const double without = distance_from_prior(0),
               with = distance_from_prior(AdversarialOptions().adversarial_weight);
  EXPECT_LT(with, 0.5 * without) << with << " and " << without;
}

TEST(Adversarial, RefusesAWeightThatWouldReward) {
  EXPECT_EQ(message_of<ConfigError>([] {
              Rng rng(1);
              Adversarial({10}, {.adversarial_weight = -1}, rng);
            }),
            "model.adversarial_weight is -1, but must be at least 0");
}

TEST(VaeGan, MinimisesWhatItsFormulaSays) {
  Rng rng(1);
  VaeGan model({10},
               {.network = {.latent = 3, .hidden = {5}},
                .discriminator_hidden = {4},
                .discriminator_channels = {},
                .features_weight = 0.75,
                .gamma = 0.125,
                .adversarial_weight = 0.5,
                .pixel_weight = 0.25},
               rng);
  const Tensor x = random_tensor({4, 10}, 2, 0, 1);
  Tape tape(Tape::Gradients::off);
  Rng noise(3), same(3);
  const Gaussian q = model.posterior(tape.constant(x));
  Var z = q.draw(same);
  const Tensor drawn = normal({4, 3}, same);
  Var rebuilt = model.decode(z), made = model.decode(tape.constant(drawn));
  const auto logits = [&](Var y) { return model.logit(model.features(y)).value(); };
  const double fakes = logit_loss(logits(rebuilt), false) / 2 + logit_loss(logits(made), false) / 2,
               generator =
                   logit_loss(logits(rebuilt), true) / 2 + logit_loss(logits(made), true) / 2,
               discriminator = logit_loss(logits(tape.constant(x)), true) + fakes,
               features = squares(model.features(tape.constant(x)).value() -
                                  model.features(rebuilt).value()) /
                          8,
               pixels = squares(x - rebuilt.value()) / 4;
  double kl = 0;
  for (std::size_t i = 0; i < 12; ++i) {
    const double m = q.mean.value().data()[i], l = q.log_variance.value().data()[i];
    kl += (m * m + std::exp(l) - l - 1) / 8;
  }
  const Loss loss = model.loss(tape, x, noise);
  const std::vector<double> expected = {kl, features, generator, discriminator, pixels};
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_NEAR(loss.terms[i].value.item(), expected[i], 64 * epsilon) << loss.terms[i].name;
  EXPECT_NEAR(loss.total.item(),
              0.75 * features + kl + 0.5 * generator + discriminator + 0.25 * pixels,
              256 * epsilon);
}

TEST(VaeGan, LearnsDigitsWhileItsDiscriminatorLearns) {
  Rng rng(1);
  VaeGan model({1, 28, 28},
               {.network = {.latent = 8, .hidden = {64}, .channels = {}},
                .discriminator_hidden = {64},
                .discriminator_channels = {}},
               rng);
  const History history = train_on_digits(model, {.epochs = 3, .batch = 64, .lr = 0.002}, "2000");
  const std::vector<double> pixels = history.curve("train_pixels");
  EXPECT_LT(pixels.at(2), 0.8 * pixels.at(0));
  EXPECT_LT(history.curve("train_discriminator_nats").at(2), 2 * std::log(2));
  EXPECT_TRUE(is_picture(model.sample(5, rng)));
}

TEST(VaeGan, RefusesWeightsThatWouldReward) {
  EXPECT_EQ(message_of<ConfigError>([] {
              Rng rng(1);
              VaeGan({1, 8, 8}, {.pixel_weight = -1}, rng);
            }),
            "model.pixel_weight is -1, but must be at least 0");
}

}  // namespace
}  // namespace hourglass::testing
