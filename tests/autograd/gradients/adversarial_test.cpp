// An adversarial objective is a sum that nobody minimises as a whole: each part of a model learns
// from its own terms. So its gradient is not the slope of the sum, on purpose, but for each part
// the slope of those terms.

#include <gtest/gtest.h>

#include "hourglass/autograd/gradient_check.hpp"
#include "hourglass/models/adversarial.hpp"
#include "hourglass/models/factor_vae.hpp"
#include "hourglass/models/vae_gan.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

using Terms = std::vector<std::pair<std::size_t, Scalar>>;  // which part, with which weight

/// Whether the gradient of the total by these parameters is the slope of these terms.
template <class Model>
std::string compare(Model& model, const Module& part, const Terms& terms) {
  const Tensor x = random_tensor({4, 6}, 2, 0, 1);
  const auto loss = [&](Tape& tape) {
    Rng noise(3);
    return model.loss(tape, x, noise);
  };
  return check_gradient(
             "loss", [&](Tape& tape) { return loss(tape).total; }, part.parameters(), 1e-6, 1e-8,
             [&](Tape& tape) {
               const Loss all = loss(tape);
               Var learnt_from = terms[0].second * all.terms[terms[0].first].value;
               for (std::size_t i = 1; i < terms.size(); ++i)
                 learnt_from = learnt_from + terms[i].second * all.terms[terms[i].first].value;
               return learnt_from;
             })
      .failure;
}

struct AdversarialGradient : ::testing::Test {
  Rng rng{1};
  Adversarial model{{6},
                    {.base = {.network = {.latent = 3, .hidden = {5}, .activation = "tanh"}},
                     .discriminator = {4},
                     .adversarial_weight = 0.5},
                    rng};
  enum Part { reconstruction, generator, discriminator };
};

TEST_F(AdversarialGradient, OfTheDiscriminatorIsOfItsOwnLossAlone) {
  EXPECT_EQ(compare(model, model.discriminator, {{discriminator, 1}}), "");
}

TEST_F(AdversarialGradient, OfTheEncoderIsOfReconstructionAndDeceit) {
  EXPECT_EQ(compare(model, model.encoder, {{reconstruction, 1}, {generator, 0.5}}), "");
}

TEST_F(AdversarialGradient, OfTheDecoderIsOfReconstruction) {
  EXPECT_EQ(compare(model, model.decoder, {{reconstruction, 1}}), "");
}

TEST_F(AdversarialGradient, IsNotTheSlopeOfTheSum) {
  const Terms all = {{reconstruction, 1}, {generator, 0.5}, {discriminator, 1}};
  EXPECT_NE(compare(model, model.encoder, all), "");
  EXPECT_NE(compare(model, model.discriminator, all), "");
}

struct VaeGanGradient : ::testing::Test {
  Rng rng{1};
  VaeGan model{{6},
               {.network = {.latent = 3, .hidden = {5}, .channels = {}, .activation = "tanh"},
                .discriminator_hidden = {4},
                .discriminator_channels = {},
                .features_weight = 0.75,
                .gamma = 0.125,
                .adversarial_weight = 0.5,
                .pixel_weight = 0.25},
               rng};
  enum Part { kl, features, generator, discriminator, pixels };
};

TEST_F(VaeGanGradient, OfTheDiscriminatorIsOfItsOwnLossAlone) {
  EXPECT_EQ(compare(model, model.features, {{discriminator, 1}}), "");
  EXPECT_EQ(compare(model, model.logit, {{discriminator, 1}}), "");
}

TEST_F(VaeGanGradient, OfTheEncoderIsOfAllButTheTwoAdversaries) {
  EXPECT_EQ(compare(model, model.encoder, {{features, 0.75}, {kl, 1}, {pixels, 0.25}}), "");
}

TEST_F(VaeGanGradient, OfTheDecoderIsOfLikenessAndDeceit) {
  EXPECT_EQ(compare(model, model.decoder, {{features, 0.125}, {generator, 0.5}, {pixels, 0.25}}),
            "");
}

struct FactorVaeGradient : ::testing::Test {
  Rng rng{1};
  FactorVae model{{6},
                  {.vae = {.network = {.latent = 3, .hidden = {5}, .activation = "tanh"}},
                   .discriminator = {4},
                   .correlation_weight = 0.5},
                  rng};
  enum Part { reconstruction, kl, total_correlation, discriminator };
};

TEST_F(FactorVaeGradient, OfTheDiscriminatorIsOfItsOwnLossAlone) {
  EXPECT_EQ(compare(model, model.discriminator, {{discriminator, 1}}), "");
}

TEST_F(FactorVaeGradient, OfTheEncoderIsOfAllButTheDiscriminatorsLoss) {
  EXPECT_EQ(compare(model, model.encoder, {{reconstruction, 1}, {kl, 1}, {total_correlation, 0.5}}),
            "");
}

TEST_F(FactorVaeGradient, OfTheDecoderIsOfReconstruction) {
  EXPECT_EQ(compare(model, model.decoder, {{reconstruction, 1}}), "");
}

}  // namespace
}  // namespace hourglass::testing
