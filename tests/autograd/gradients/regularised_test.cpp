// The regularised, the sliced Wasserstein and the masked autoencoders, from end to end, noise frozen.

#include <gtest/gtest.h>

#include "hourglass/autograd/gradient_check.hpp"
#include "hourglass/models/masked.hpp"
#include "hourglass/models/masked_transformer.hpp"
#include "hourglass/models/rae.hpp"
#include "hourglass/models/wae.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

std::string compare(Autoencoder& model, std::size_t features) {
  const Tensor x = random_tensor({4, features}, 2, 0, 1);
  return check_gradient(
             "loss",
             [&](Tape& tape) {
               Rng noise(3);
               return model.loss(tape, x, noise).total;
             },
             model.parameters())
      .failure;
}

TEST(RaeGradient, AgreesWithDifferencesInEveryParameter) {
  Rng rng(1);
  Rae model({6},
            {.base = {.network = {.latent = 3, .hidden = {5}, .activation = "tanh"}},
             .code_weight = 0.5,
             .decoder_weight = 0.25},
            rng);
  EXPECT_EQ(compare(model, 6), "");
}

TEST(SlicedWassersteinGradient, AgreesWithDifferencesInEveryParameter) {
  Rng rng(1);
  Wae model({6},
            {.base = {.network = {.latent = 3, .hidden = {5}, .activation = "tanh"}},
             .distance = "sliced",
             .sliced_weight = 2,
             .projections = 5},
            rng);
  EXPECT_EQ(compare(model, 6), "");
}

TEST(MaskedGradient, AgreesWithDifferencesInEveryParameter) {
  Rng rng(1);
  Masked model(
      {1, 4, 4},
      {.base = {.network = {.latent = 3, .hidden = {5}, .activation = "tanh"}}, .patch = 2}, rng);
  EXPECT_EQ(compare(model, 16), "");
}

TEST(MaskedTransformerGradient, AgreesWithDifferencesInEveryParameter) {
  Rng rng(1);
  MaskedTransformer model(
      {1, 4, 4}, {.patch = 2, .ratio = 0.5, .width = 4, .depth = 1, .heads = 2, .decoder_width = 4},
      rng);
  EXPECT_EQ(compare(model, 16), "");
}

}  // namespace
}  // namespace hourglass::testing
