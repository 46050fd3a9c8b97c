// A count of activations and a jump have no slope in the threshold. The gradient that JumpReLU learns
// it from is that of lines in their place, on purpose; weights learn from the reconstruction alone.

#include "hourglass/models/jump_relu.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "hourglass/autograd/gradient_check.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

struct JumpReluGradient : ::testing::Test {
  static constexpr double bandwidth = 0.5, weight = 0.7, target = 2;
  Rng rng{1};
  JumpRelu model{{6},
                 {.network = {.latent = 5, .hidden = {}},
                  .active = target,
                  .weight = weight,
                  .bandwidth = bandwidth},
                 rng};
  const Tensor x = random_tensor({8, 6}, 2, 0, 1);

  Loss loss(Tape& tape) { return model.loss(tape, x, rng); }
};

TEST_F(JumpReluGradient, OfTheDecoderIsTheSlope) {
  const auto checked = check_gradient(
      "JumpRelu", [&](Tape& tape) { return loss(tape).total; }, model.decoder.parameters());
  EXPECT_EQ(checked.failure, "");
}

TEST_F(JumpReluGradient, OfTheEncoderIsTheSlopeOfTheReconstruction) {
  const auto checked = check_gradient(
      "JumpRelu", [&](Tape& tape) { return loss(tape).total; }, model.encoder.parameters());
  EXPECT_EQ(checked.failure, "") << "the count has none";
}

TEST_F(JumpReluGradient, OfAThresholdIsThatOfALineForEachActivationNearIt) {
  Tape tape;
  tape.backward(loss(tape).total);
  const Tensor got = model.log_threshold.grad;
  // By hand: dL / dcode of the reconstruction, and how many activations lie in the band.
  Tape upper;
  const Tensor z =
      model.encoder(centred(upper.constant(x), *model.decoder.parameters().back())).value();
  const double theta = std::exp(5 * double(model.log_threshold.value(0)));
  Tensor code = z;
  double active = 0;
  for (Scalar& c : code) {
    if (c <= theta) c = 0;
    active += c > 0;
  }
  active /= 8;
  const Tensor rebuilt = model.decoder(upper.constant(code)).value();
  const Tensor& v = model.decoder.parameters()[0]->value;
  std::size_t in_band = 0;
  for (std::size_t j = 0; j < 5; ++j) {
    double slope = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      if (std::abs(z(i, j) - theta) >= bandwidth / 2) continue;
      ++in_band;
      double by_code = 0;
      for (std::size_t f = 0; f < 6; ++f) by_code += 2 * (rebuilt(i, f) - x(i, f)) * v(f, j) / 8;
      const double by_count = weight * 2 * (active / target - 1) / target / 8;
      slope -= (by_code * z(i, j) + by_count) / bandwidth;
    }
    EXPECT_NEAR(got(j), slope * 5 * theta, 1e-9) << j;
  }
  EXPECT_GT(in_band, 4u) << "a test without activations near a threshold";
}

}  // namespace
}  // namespace hourglass::testing
