// The losses of variational models that are not among the registry's defaults.

#include <gtest/gtest.h>

#include "hourglass/autograd/gradient_check.hpp"
#include "hourglass/models/beta_tc_vae.hpp"
#include "hourglass/models/beta_vae.hpp"
#include "hourglass/models/iwae.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

VaeOptions tiny(const std::string& likelihood = "bernoulli") {
  return {.network = {.latent = 2, .hidden = {4}, .activation = "tanh"},
          .likelihood = {.likelihood = likelihood}};
}

/// Whole multiples of 1/255, as a pixel is.
Tensor pixels() {
  Tensor x = random_tensor({3, 6}, 2, 0, 1);
  for (Scalar& pixel : x) pixel = std::round(pixel * 255) / 255;
  return x;
}

template <class Model>
void expect_gradients(Model& model) {
  const Tensor batch = pixels();
  const auto checked = check_gradient(
      "loss",
      [&](Tape& tape) {
        Rng frozen(3);
        return model.loss(tape, batch, frozen).total;
      },
      model.parameters());
  EXPECT_EQ(checked.failure, "");
  EXPECT_EQ(checked.entries, model.parameter_count());
}

TEST(VaeGradient, AgreesWithDifferencesForEveryLikelihood) {
  for (const char* likelihood : {"bernoulli", "gaussian", "discretized_logistic"}) {
    SCOPED_TRACE(likelihood);
    Rng rng(1);
    Vae model({6}, tiny(likelihood), rng);
    expect_gradients(model);
  }
}

TEST(VaeGradient, AgreesWithDifferencesForACapacity) {
  Rng rng(1);
  BetaVae model({6}, {.vae = tiny(), .capacity = 5, .capacity_weight = 3}, rng);
  model.before_step(40, 100);
  expect_gradients(model);
}

TEST(VaeGradient, AgreesWithDifferencesForTheTotalCorrelation) {
  Rng rng(1);
  BetaTcVae model({6}, {.vae = tiny(), .beta = 3}, rng);
  expect_gradients(model);
}

TEST(VaeGradient, AgreesWithDifferencesForTheImportanceWeightedBound) {
  Rng rng(1);
  Iwae model({6}, {.vae = tiny(), .samples = 4}, rng);
  expect_gradients(model);
}

}  // namespace
}  // namespace hourglass::testing
