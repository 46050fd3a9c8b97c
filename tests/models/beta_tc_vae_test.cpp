#include "hourglass/models/beta_tc_vae.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/models/terms.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

BetaTcVae make(double beta) {
  Rng rng(1);
  return {{10}, {.vae = {.network = {.latent = 3, .hidden = {7}}}, .beta = beta}, rng};
}

Loss loss_of(BetaTcVae& model, Tape& tape, const Tensor& x) {
  Rng rng(5);
  return model.loss(tape, x, rng);
}

double log_normal(double z, double mean, double log_variance) {
  return -0.5 * (std::log(2 * std::numbers::pi) + log_variance +
                 (z - mean) * (z - mean) * std::exp(-log_variance));
}

TEST(BetaTcVae, CutsTheDivergenceIntoTheThreePartsOfItsFormula) {
  const Tensor x = random_tensor({4, 10}, 1, 0, 1);
  BetaTcVae model = make(4);
  Tape tape(Tape::Gradients::off);
  const Loss loss = loss_of(model, tape, x);

  Rng same(5);
  Var observed = model.observe(tape, x, same);
  const Gaussian q = model.Vae::posterior(observed);
  const Tensor m = q.mean.value(), l = q.log_variance.value(), z = q.draw(same).value();
  double information = 0, correlation = 0, dimensions = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    double conditional = 0, prior = 0, joint = 0, product = 0;
    for (std::size_t d = 0; d < 3; ++d) {
      conditional += log_normal(z(i, d), m(i, d), l(i, d));
      prior += log_normal(z(i, d), 0, 0);
      double marginal = 0;
      for (std::size_t j = 0; j < 4; ++j)
        marginal += std::exp(log_normal(z(i, d), m(j, d), l(j, d)));
      product += std::log(marginal / 4);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      double density = 0;
      for (std::size_t d = 0; d < 3; ++d) density += log_normal(z(i, d), m(j, d), l(j, d));
      joint += std::exp(density);
    }
    joint = std::log(joint / 4);
    information += (conditional - joint) / 4;
    correlation += (joint - product) / 4;
    dimensions += (product - prior) / 4;
  }
  EXPECT_NEAR(term(loss, "mutual_information_nats"), information, 256 * epsilon);
  EXPECT_NEAR(term(loss, "total_correlation_nats"), correlation, 256 * epsilon);
  EXPECT_NEAR(term(loss, "dimension_kl_nats"), dimensions, 256 * epsilon);
  EXPECT_NEAR(loss.total.item(),
              term(loss, "reconstruction_nats") + information + 4 * correlation + dimensions,
              512 * epsilon);
}

TEST(BetaTcVae, SeesThatACodeSaysAtMostWhichExampleOfTheBatchItIsOf) {
  BetaTcVae model = make(4);
  for (Parameter* parameter : model.encoder.parameters()) {
    if (parameter->name == "encoder.2.weight")
      for (Scalar& weight : parameter->value) weight *= 1000;  // means that are far apart …
    if (parameter->name == "encoder.2.weight")
      std::fill(parameter->value.data() + 3 * 7, parameter->value.data() + 6 * 7, Scalar(0));
  }  // … with a deviation of 1
  Tensor x = filled({4, 10});
  for (std::size_t i = 0; i < 4; ++i) x(i, i) = 1;
  Tape tape(Tape::Gradients::off);
  EXPECT_NEAR(term(loss_of(model, tape, x), "mutual_information_nats"), std::log(4), 1e-4);
}

TEST(BetaTcVae, CouplesTheExamplesOfABatch) {
  EXPECT_TRUE(make(4).couples_examples());
}

TEST(BetaTcVae, RefusesAWeightBelowZero) {
  EXPECT_EQ(message_of<ConfigError>([] { make(-1); }), "model.beta is -1, but must be at least 0");
}

}  // namespace
}  // namespace hourglass::testing
