// The gradient that finite scalar quantisation learns from is not the slope of its loss, on
// purpose: it is that of the same network without the rounding, at the rounded code.

#include "hourglass/models/fsq.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/gradient_check.hpp"
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
  const auto checked = check_gradient(
      "Fsq", [&](Tape& tape) { return loss(tape); }, model.decoder.parameters());
  EXPECT_EQ(checked.failure, "");
}

TEST_F(FsqGradient, OfTheEncoderIsNotTheSlopeWhichIsZeroWithinABin) {
  Tape tape;
  Var value = loss(tape);
  const double before = value.item();
  tape.backward(value);
  for (Parameter* parameter : model.encoder.parameters()) {
    const auto is_large = [](Scalar g) { return std::abs(g) > 1e-6; };
    EXPECT_TRUE(std::any_of(parameter->grad.begin(), parameter->grad.end(), is_large))
        << parameter->name;
    // A little more of any weight rounds to the same values.
    const Scalar weight = parameter->value.data()[0];
    parameter->value.data()[0] += Scalar(1e-6);
    Tape other(Tape::Gradients::off);
    EXPECT_EQ(loss(other).item(), before) << parameter->name;
    parameter->value.data()[0] = weight;
  }
}

TEST_F(FsqGradient, OfTheEncoderIsThatOfTheDecoderAtTheCodeThroughTheTanh) {
  Tape tape;
  tape.backward(loss(tape));
  std::vector<Tensor> got;
  for (Parameter* parameter : model.encoder.parameters()) {
    got.push_back(parameter->grad);
    parameter->zero_grad();
  }
  // By hand: the decoder's gradient by the code, taken on through (h tanh(z + s) − o) / ⌊L/2⌋.
  Parameter code({4, 4});
  Tape plain(Tape::Gradients::off);
  code.value = model.encode(plain.constant(x)).value();
  Tape upper;
  Var rebuilt = model.decode(upper.parameter(code));
  upper.backward(per_example(squared_error(rebuilt, upper.constant(x))));
  const double h4 = 0.999 * 1.5, h5 = 0.999 * 2, s4 = std::atanh(0.5 / h4);
  const Tensor scale = tensor({4}, {h4 / 2, h5 / 2, h4 / 2, h5 / 2});
  const Tensor shift = tensor({4}, {s4, 0, s4, 0});
  Tape lower;
  Var z = model.encoder(lower.constant(x));
  lower.backward(tanh(z + lower.constant(shift)) * lower.constant(scale), code.grad);
  std::size_t i = 0;
  for (Parameter* parameter : model.encoder.parameters())
    EXPECT_TRUE(is_near(parameter->grad, got[i++], 64 * epsilon)) << parameter->name;
}

}  // namespace
}  // namespace hourglass::testing
