// The gradient that a VQ-VAE learns from is not the slope of its loss, on purpose.

#include <gtest/gtest.h>

#include "hourglass/autograd/gradient_check.hpp"
#include "hourglass/models/vq_vae.hpp"
#include "tests/autograd/gradients/discrete_gradients.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

struct VqVaeGradient : ::testing::Test {
  Rng rng{1};
  VqVae model{{6},
              {.network = {.latent = 4, .hidden = {5}, .activation = "tanh"},
               .positions = 2,
               .codebook = 3,
               .commitment = 0},
              rng};
  Tensor x = random_tensor({4, 6}, 2, 0, 1);
  void SetUp() override { model.eval(); }  // so that code vectors stay

  Var loss(Tape& tape) { return model.loss(tape, x, rng).total; }
};

TEST_F(VqVaeGradient, OfTheDecoderIsTheSlope) {
  const auto checked =
      check_gradient("VqVae", [&](Tape& tape) { return loss(tape); }, model.decoder.parameters());
  EXPECT_EQ(checked.failure, "");
}

TEST_F(VqVaeGradient, OfTheEncoderIsNotTheSlopeWhichIsZero) {
  expect_gradients_without_slope(model.encoder, [&](Tape& tape) { return loss(tape); });
}

TEST_F(VqVaeGradient, OfTheEncoderIsThatOfTheDecoderAtTheCode) {
  Tape tape;
  tape.backward(loss(tape));
  const std::vector<Tensor> got = take_gradients(model.encoder);
  // By hand: the decoder's gradient by the code, taken on through the encoder.
  const Tensor gradient = gradient_by_code(model, x);
  Tape lower;
  lower.backward(model.encoder(lower.constant(x)), gradient);
  expect_gradients(model.encoder, got);
}

TEST(StopGradient, PassesValuesAndNoGradient) {
  Parameter p({3});
  p.value = random_tensor({3}, 1);
  Tape tape;
  Var x = tape.parameter(p), y = stop_gradient(x);
  EXPECT_TRUE(is_same(y.value(), p.value));
  EXPECT_FALSE(y.needs_grad());
  tape.backward(sum(x * y));  // p² with the one p as a constant: the slope is p, not 2 p
  EXPECT_TRUE(is_same(p.grad, p.value));
}

TEST(StraightThrough, HasTheValueOfTheOneAndTheGradientOfTheOther) {
  Parameter p({3}), q({3});
  p.value = random_tensor({3}, 1);
  q.value = random_tensor({3}, 2);
  Tape tape;
  Var y = straight_through(tape.parameter(p), tape.parameter(q));
  EXPECT_TRUE(is_same(y.value(), q.value));
  tape.backward(sum(y * y));
  Tensor twice = q.value;
  twice *= Scalar(2);
  EXPECT_TRUE(is_same(p.grad, twice));
  EXPECT_FALSE(q.has_grad);
}

}  // namespace
}  // namespace hourglass::testing
