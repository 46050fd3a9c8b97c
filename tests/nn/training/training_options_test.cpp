#include "hourglass/nn/training/training_options.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

TEST(Schedule, StaysWhereItIsConstant) {
  const TrainingOptions options{.lr = 0.5, .schedule = "constant"};
  for (std::size_t step : {0, 50, 99}) EXPECT_EQ(scheduled_lr(options, step, 100), 0.5);
}

TEST(Schedule, FallsAlongAHalfCosine) {
  const TrainingOptions options{.lr = 0.5, .schedule = "cosine"};
  EXPECT_EQ(scheduled_lr(options, 0, 100), 0.5);
  EXPECT_NEAR(scheduled_lr(options, 25, 100), 0.25 * (1 + std::sqrt(0.5)), 1e-15);
  EXPECT_NEAR(scheduled_lr(options, 100, 100), 0, 1e-15);
}

TEST(Schedule, OfStepsCountsEpochs) {
  const TrainingOptions options{
      .epochs = 10, .lr = 0.5, .schedule = "step", .step_epochs = 3, .gamma = 0.5};
  EXPECT_EQ(scheduled_lr(options, 29, 100), 0.5);  // ten steps an epoch
  EXPECT_EQ(scheduled_lr(options, 30, 100), 0.25);
  EXPECT_EQ(scheduled_lr(options, 99, 100), 0.0625);
}

TEST(Schedule, OfOneCycleRisesAndFalls) {
  const TrainingOptions options{.lr = 0.5, .schedule = "one_cycle"};
  EXPECT_NEAR(scheduled_lr(options, 0, 100), 0.5 / 25, 1e-15);
  EXPECT_NEAR(scheduled_lr(options, 29, 100), 0.5, 1e-15);
  EXPECT_NEAR(scheduled_lr(options, 99, 100), 0.5 / 25 / 1e4, 1e-15);
}

TEST(Schedule, BeginsWhereTheWarmupEnds) {
  for (const char* schedule : {"constant", "step", "cosine", "one_cycle"}) {
    const TrainingOptions warm{
        .epochs = 12, .lr = 0.5, .schedule = schedule, .warmup_epochs = 2, .step_epochs = 3};
    const TrainingOptions cold{.epochs = 10, .lr = 0.5, .schedule = schedule, .step_epochs = 3};
    EXPECT_NEAR(scheduled_lr(warm, 0, 120), 0.5 / 20, 1e-15);
    EXPECT_NEAR(scheduled_lr(warm, 9, 120), 0.25, 1e-15);
    EXPECT_NEAR(scheduled_lr(warm, 19, 120), 0.5, 1e-15);
    for (std::size_t step : {0, 17, 30, 99})
      EXPECT_EQ(scheduled_lr(warm, step + 20, 120), scheduled_lr(cold, step, 100))
          << schedule << " at step " << step;
  }
}

TEST(Schedule, IsNothingButWarmupWhereThatTakesAllEpochs) {
  const TrainingOptions options{.epochs = 2, .lr = 1, .warmup_epochs = 5};
  EXPECT_EQ(scheduled_lr(options, 0, 10), 0.1);
  EXPECT_EQ(scheduled_lr(options, 9, 10), 1);
}

TEST(Schedule, IsRefusedWhereThereIsNone) {
  EXPECT_EQ(message_of<ConfigError>([] { scheduled_lr({.schedule = "linear"}, 0, 1); }),
            "unknown schedule 'linear'; there are constant, step, cosine, one_cycle");
  EXPECT_EQ(message_of<ConfigError>([] { scheduled_lr({.schedule = "cosin"}, 0, 1); }),
            "unknown schedule 'cosin'; did you mean 'cosine'?");
}

TEST(TrainingOptionsTest, AreCheckedBeforeTrainingBegins) {
  const auto error = [](const TrainingOptions& options) {
    return message_of<ConfigError>([&] { options.check(); });
  };
  EXPECT_EQ(error({}), "");
  EXPECT_PRED2(starts_with, error({.schedule = "linear"}), "unknown schedule 'linear'");
  EXPECT_EQ(error({.step_epochs = 0}), "training.step_epochs is 0, but must be at least 1");
  EXPECT_EQ(error({.ema = 1}), "training.ema is 1, but must be at least 0 and below 1");
  EXPECT_EQ(error({.ema = -0.5}), "training.ema is -0.5, but must be at least 0 and below 1");
  EXPECT_EQ(error({.epochs = 0}), "") << "an untrained model";
  EXPECT_EQ(error({.batch = 0}), "training.batch is 0, but must be at least 1");
  EXPECT_EQ(error({.lr = -0.1}), "training.lr is -0.1, but must be at least 0");
  EXPECT_EQ(error({.lr = std::numeric_limits<double>::infinity()}),
            "training.lr is inf, but must be at least 0");
  EXPECT_EQ(error({.gamma = 0}), "training.gamma is 0, but must be above 0");
  EXPECT_EQ(error({.momentum = 1}), "training.momentum is 1, but must be at least 0 and below 1");
  EXPECT_EQ(error({.weight_decay = -1}), "training.weight_decay is -1, but must be at least 0");
  EXPECT_EQ(error({.clip_norm = std::nan("")}),
            "training.clip_norm is nan, but must be at least 0");
}

TEST(Optimizers, AreMadeByName) {
  Parameter w({1});
  w.name = "w";
  const auto first_state = [&](const std::string& name) {
    return optimizers()[name]({}, {&w})->state().at(0).first;
  };
  EXPECT_EQ(first_state("sgd"), "momentum_buffer.w");
  EXPECT_EQ(first_state("adam"), "exp_avg.w");
  EXPECT_EQ(first_state("rmsprop"), "square_avg.w");
  EXPECT_NE(dynamic_cast<AdamW*>(optimizers()["adamw"]({}, {&w}).get()), nullptr);
  EXPECT_EQ(optimizers()["adam"]({.lr = 0.25}, {&w})->lr, 0.25);
  EXPECT_EQ(message_of<ConfigError>([] { optimizers()["lion"]; }),
            "unknown optimizer 'lion'; there are adam, adamw, sgd, rmsprop");
  EXPECT_EQ(message_of<ConfigError>([] { optimizers()["rmspop"]; }),
            "unknown optimizer 'rmspop'; did you mean 'rmsprop'?");
}

}  // namespace
}  // namespace hourglass::testing
