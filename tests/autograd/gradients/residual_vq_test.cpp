// The gradient that residual vector quantisation learns from is not the slope of its loss, on
// purpose: that of the decoder passes all stages unchanged.

#include "hourglass/models/residual_vq.hpp"

#include <gtest/gtest.h>

#include "hourglass/autograd/gradient_check.hpp"
#include "tests/autograd/gradients/discrete_gradients.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

struct ResidualVqGradient : ::testing::Test {
  Rng rng{1};
  ResidualVq model{{6},
                   {.base = {.network = {.latent = 4, .hidden = {5}, .activation = "tanh"},
                             .positions = 2,
                             .codebook = 3,
                             .commitment = 0.5},
                    .quantisers = 3},
                   rng};
  Tensor x = random_tensor({4, 6}, 2, 0, 1);
  void SetUp() override { model.eval(); }  // so that code vectors stay

  Var loss(Tape& tape) { return model.loss(tape, x, rng).total; }
};

TEST_F(ResidualVqGradient, OfTheDecoderIsTheSlope) {
  const auto checked = check_gradient(
      "ResidualVq", [&](Tape& tape) { return loss(tape); }, model.decoder.parameters());
  EXPECT_EQ(checked.failure, "");
}

TEST_F(ResidualVqGradient, OfTheEncoderIsThatOfTheDecoderAtTheCodeAndOfWhatEachStageLeaves) {
  Tape tape;
  tape.backward(loss(tape));
  const std::vector<Tensor> got = take_gradients(model.encoder);
  // By hand: the decoder's gradient by the code, and β Σ_i ‖z − (e_1 + … + e_i)‖² by z.
  Tape plain(Tape::Gradients::off);
  Tensor gradient = gradient_by_code(model, x);
  const Tensor z = model.encoder(plain.constant(x)).value();
  Var indices = model.code_indices(plain.constant(x));
  for (std::size_t stages = 1; stages <= 3; ++stages) {
    const Tensor& sum = model.code_of(slice(indices, 1, 0, 2 * stages)).value();
    for (std::size_t i = 0; i < gradient.size(); ++i)
      gradient.data()[i] += Scalar(0.5) * 2 * (z.data()[i] - sum.data()[i]) / 4;
  }
  Tape lower;
  lower.backward(model.encoder(lower.constant(x)), gradient);
  expect_gradients(model.encoder, got);
}

}  // namespace
}  // namespace hourglass::testing
