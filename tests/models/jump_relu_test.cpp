#include "hourglass/models/jump_relu.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/models/sparse_models.hpp"
#include "tests/support/messages.hpp"

namespace hourglass::testing { namespace {

using MadeJumpRelu = Made<JumpRelu, JumpReluOptions>;
const NetworkOptions wide = {.latent = 100, .hidden = {}};

TEST(JumpRelu, LeavesActivationsAboveTheirThresholdsUnchangedAndCountsThem) {
  MadeJumpRelu model({.network = small.network, .active = 2, .weight = 0.3});
  model.eval();
  const Tensor x = random_tensor({4, 8}, 1, 0, 1);
  model.log_threshold.value = tensor({6}, {-0.2, -0.4, -0.6, -0.2, -0.4, -1.8});
  Tensor code = centred_codes(model, x);
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 6; ++j)
      if (code(i, j) <= std::exp(5 * model.log_threshold.value(j))) code(i, j) = 0;
  const double active = mean_active(code);
  ASSERT_GT(active, 0);
  ASSERT_LT(active, 6);
  EXPECT_TRUE(is_near(code_of(model, x), code, 16 * epsilon));
  Tape tape(Tape::Gradients::off);
  const Loss loss = loss_of(model, tape, x);
  EXPECT_NEAR(loss.total.item(),
              distance_of(x, linear_outputs_of(model, code)) + 0.3 * std::pow(active / 2 - 1, 2),
              64 * epsilon);
  EXPECT_NEAR(loss.terms[3].value.item(), active, 16 * epsilon);
  EXPECT_TRUE(model.couples_examples()) << "a mean over a shard is not the batch's";
}

TEST(JumpRelu, StartsItsThresholdsWhereAFirstBatchHasAboutAsManyActiveUnits) {
  for (double scale : {1.0, 0.1}) {
    SCOPED_TRACE(scale);
    MadeJumpRelu model({.network = wide, .active = 20}, {784});
    Tensor x = some_digits();
    for (std::size_t f = 0; f < 784; ++f) {  // without the means that c has yet to learn
      double mean = 0;
      for (std::size_t i = 0; i < 500; ++i) mean += x(i, f) / 500;
      for (std::size_t i = 0; i < 500; ++i) x(i, f) = Scalar(scale * (x(i, f) - mean));
    }
    model.encoder.parameters()[1]->value.fill(0);
    model.decoder.parameters()[1]->value.fill(0);
    Tape tape(Tape::Gradients::off);
    EXPECT_NEAR(loss_of(model, tape, x).terms[3].value.item(), 20, 0.01);
  }
}

TEST(JumpRelu, ComesToUseAsManyUnitsAsItShould) {
  for (double active : {10.0, 30.0}) {
    MadeJumpRelu model({.network = {.latent = 128, .hidden = {}}, .active = active}, {784});
    const History history = train_on_digits(model, {.epochs = 8, .batch = 64, .lr = 0.004}, "5000");
    EXPECT_NEAR(history.curve("active").back(), active, active / 10) << "on test digits";
    EXPECT_LT(history.curve("train_reconstruction").back(),
              0.8 * history.curve("train_reconstruction").front());
  }
}

TEST(JumpRelu, LearnsAThresholdForEachUnit) {
  MadeJumpRelu model({.network = wide, .active = 10}, {784});
  train_on_digits(model, {.epochs = 4, .batch = 20, .lr = 0.003});
  const Tensor& thresholds = model.log_threshold.value;
  const auto [least, most] = std::minmax_element(thresholds.begin(), thresholds.end());
  EXPECT_GT(std::exp(5 * *most), 1.5 * std::exp(5 * *least));
}

TEST(JumpRelu, RefusesOptionsThatMakeNoSense) {
  const auto error = [](const JumpReluOptions& options) {
    return message_of<ConfigError>([&] { MadeJumpRelu model(options); });
  };
  EXPECT_EQ(error({.active = 0}), "model.active is 0, but must be above 0 and at most 1000");
  EXPECT_EQ(error({.bandwidth = -1}), "model.bandwidth is -1, but must be above 0");
}

}  // namespace
}  // namespace hourglass::testing
