#include "hourglass/models/batch_top_k.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/models/sparse_models.hpp"
#include "tests/support/messages.hpp"

namespace hourglass::testing { namespace {

using MadeBatchTopK = Made<BatchTopK, BatchTopKOptions>;
const NetworkOptions wide = {.latent = 100, .hidden = {}};

/// How many units each example uses.
std::vector<std::size_t> active_units(const Tensor& code) {
  std::vector<std::size_t> counts;
  for (std::size_t i = 0; i < code.shape()[0]; ++i) {
    const Scalar* row = code.data() + i * code.shape()[1];
    counts.push_back(code.shape()[1] -
                     static_cast<std::size_t>(std::count(row, row + code.shape()[1], Scalar(0))));
  }
  return counts;
}

TEST(BatchTopK, SharesKTimesTheBatchAmongItsExamples) {
  MadeBatchTopK model({.network = wide, .k = 10}, {784});
  const Tensor x = some_digits(), z = centred_codes(model, x), code = code_of(model, x);
  EXPECT_EQ(mean_active(code), 10) << "exactly k on average";
  const std::vector<std::size_t> counts = active_units(code);
  EXPECT_GT(std::set(counts.begin(), counts.end()).size(), 5u) << "but not for each example";
  Scalar least = 100, most_left = 0;
  for (std::size_t i = 0; i < z.size(); ++i)
    if (code.data()[i] != 0)
      least = std::min(least, code.data()[i]);
    else
      most_left = std::max(most_left, z.data()[i]);
  EXPECT_GE(least, most_left - 16 * epsilon) << "the largest of all";
}

TEST(BatchTopK, RebuildsLinearlyFromWhatItKeeps) {
  MadeBatchTopK model({.network = small.network, .k = 2});
  const Tensor x = random_tensor({4, 8}, 1, 0, 1), code = code_of(model, x);
  Tape tape(Tape::Gradients::off);
  const Loss loss = loss_of(model, tape, x);
  EXPECT_NEAR(loss.total.item(), distance_of(x, linear_outputs_of(model, code)), 64 * epsilon);
  EXPECT_TRUE(model.couples_examples());
}

TEST(BatchTopK, HasACodeInEvaluationThatDoesNotDependOnOtherExamples) {
  MadeBatchTopK model({.network = wide, .k = 10}, {784});
  const Tensor x = some_digits();
  Tape tape(Tape::Gradients::off);
  loss_of(model, tape, x);  // which sets the threshold
  const Tensor in_training = code_of(model, x);
  model.eval();
  const Tensor all = code_of(model, x);
  Tensor last = filled({1, 784});
  std::copy_n(x.data() + 499 * 784, 784, last.data());
  const Tensor alone = code_of(model, last);
  for (std::size_t j = 0; j < 100; ++j) EXPECT_NEAR(alone(0, j), all(499, j), 16 * epsilon) << j;
  EXPECT_NEAR(mean_active(all), 10, 0.01) << "all but the one that the threshold is";
}

TEST(BatchTopK, LearnsAThresholdThatKeepsAboutKOfNewExamples) {
  MadeBatchTopK model({.network = wide, .k = 10}, {784});
  const History history = train_on_digits(model, {.epochs = 4, .batch = 20, .lr = 0.003});
  EXPECT_LT(history.curve("train_loss").back(), 0.8 * history.curve("train_loss").front());
  EXPECT_NEAR(history.curve("train_active").back(), 10, 1e-3);
  EXPECT_NEAR(history.curve("active").back(), 10, 1);
  EXPECT_LT(history.curve("reconstruction").back(),
            1.2 * history.curve("train_reconstruction").back());
}

TEST(BatchTopK, RefusesMoreUnitsThanThereAre) {
  EXPECT_EQ(
      message_of<ConfigError>([] { MadeBatchTopK model({.network = small.network, .k = 7}); }),
      "model.k is 7, but must be at least 1 and at most 6");
}

}  // namespace
}  // namespace hourglass::testing
