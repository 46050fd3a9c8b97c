// The gradient that finite scalar quantisation learns from is not the slope of its loss, on
// purpose: it is that of the same network without the rounding, at the rounded code.

#include "hourglass/models/fsq.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "hourglass/autograd/gradient_check.hpp"
#include "tests/autograd/gradients/discrete_gradients.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

struct FsqGradient : ::testing::Test {
  Rng rng{1};
  Fsq model{
      {6}, {.network = {.latent = 4, .hidden = {5}, .activation = "tanh"}, .levels = {4, 5}}, rng};
  Tensor x = random_tensor({4, 6}, 2, 0, 1);

  Var loss(Tape& tape) { return model.loss(tape, x, rng).total; }
};

TEST_F(FsqGradient, OfTheDecoderIsTheSlope) {
  const auto checked =
      check_gradient("Fsq", [&](Tape& tape) { return loss(tape); }, model.decoder.parameters());
  EXPECT_EQ(checked.failure, "");
}

TEST_F(FsqGradient, OfTheEncoderIsNotTheSlopeWhichIsZeroWithinABin) {
  expect_gradients_without_slope(model.encoder, [&](Tape& tape) { return loss(tape); });
}

TEST_F(FsqGradient, OfTheEncoderIsThatOfTheDecoderAtTheCodeThroughTheTanh) {
  Tape tape;
  tape.backward(loss(tape));
  const std::vector<Tensor> got = take_gradients(model.encoder);
  // By hand: the decoder's gradient by the code, taken on through (h tanh(z + s) − o) / ⌊L/2⌋.
  const Tensor gradient = gradient_by_code(model, x);
  const double h4 = 0.999 * 1.5, h5 = 0.999 * 2, s4 = std::atanh(0.5 / h4);
  const Tensor scale = tensor({4}, {h4 / 2, h5 / 2, h4 / 2, h5 / 2});
  const Tensor shift = tensor({4}, {s4, 0, s4, 0});
  Tape lower;
  Var z = model.encoder(lower.constant(x));
  lower.backward(tanh(z + lower.constant(shift)) * lower.constant(scale), gradient);
  expect_gradients(model.encoder, got);
}

}  // namespace
}  // namespace hourglass::testing
