#include "hourglass/models/iwae.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/models/terms.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

Iwae make(std::size_t samples) {
  Rng rng(1);
  return {{10}, {.vae = {.network = {.latent = 3, .hidden = {7}}}, .samples = samples}, rng};
}

/// One example of zeros and ones in many rows, so that a batch's mean is an expectation.
Tensor one_example(std::size_t rows) {
  Tensor x = filled({rows, 10});
  for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] = i % 10 % 3 == 0 ? 1 : 0;
  return x;
}

double bound(std::size_t samples, const Tensor& x, std::uint64_t seed = 5) {
  Iwae model = make(samples);
  Tape tape(Tape::Gradients::off);
  Rng rng(seed);
  return model.loss(tape, x, rng).total.item();
}

TEST(Iwae, MinimisesMinusTheLogarithmOfTheMeanWeight) {
  Iwae model = make(3);
  const Tensor x = one_example(4);
  Tape tape(Tape::Gradients::off);
  Rng rng(5), same(5);
  const Loss loss = model.loss(tape, x, rng);
  Var observed = model.observe(tape, x, same);
  const Tensor weights = model.log_weights(observed, x, 3, same).value();
  double expected = 0;
  for (std::size_t b = 0; b < 4; ++b) {
    double sum = 0;
    for (std::size_t k = 0; k < 3; ++k) sum += std::exp(double(weights(k, b)));
    expected -= std::log(sum / 3) / 4;
  }
  EXPECT_NEAR(loss.total.item(), expected, 64 * epsilon * expected);
  EXPECT_EQ(term(loss, "bound_nats"), loss.total.item());
  EXPECT_NEAR(term(loss, "bits_per_dim"), expected / (10 * std::log(2)), 64 * epsilon);
}

TEST(Iwae, IsWithOneSampleTheEvidenceLowerBound) {
  const Tensor x = one_example(20000);
  Rng initial(1), rng(6);
  Vae vae({10}, {.network = {.latent = 3, .hidden = {7}}}, initial);
  Tape tape(Tape::Gradients::off);
  EXPECT_NEAR(bound(1, x), vae.loss(tape, x, rng).total.item(), 0.03);
}

TEST(Iwae, HasABoundThatTightensWithMoreSamples) {
  const Tensor x = one_example(5000);
  const double one = bound(1, x), five = bound(5, x), fifty = bound(50, x);
  EXPECT_LT(five, one - 0.02);
  EXPECT_LT(fifty, five - 0.005);
}

TEST(Iwae, StaysFiniteWhereWeightsThemselvesWouldBeZero) {
  Rng rng(1);
  Iwae model({2000}, {.vae = {.network = {.latent = 3, .hidden = {7}}}, .samples = 5}, rng);
  const Tensor x = random_tensor({4, 2000}, 1, 0, 1);
  Tape tape;
  const Loss loss = model.loss(tape, x, rng);
  EXPECT_GT(loss.total.item(), 1000);  // e^−1000 is 0 even in double
  tape.backward(loss.total);
  for (Scalar gradient : model.parameters()[0]->grad) EXPECT_TRUE(std::isfinite(gradient));
}

TEST(Iwae, RefusesToDrawNoCode) {
  EXPECT_EQ(message_of<ConfigError>([] { make(0); }), "model.samples is 0, but must be at least 1");
}

}  // namespace
}  // namespace hourglass::testing
