#include "hourglass/models/sparse.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hourglass/models/kl_sparse.hpp"
#include "hourglass/models/winner_take_all.hpp"
#include "tests/models/sparse_models.hpp"
#include "tests/support/messages.hpp"

namespace hourglass::testing { namespace {

TEST(Sparse, AddsTheWeightedSumOfTheCodeToTheError) {
  Made<Sparse, SparseOptions> model({.base = small, .weight = 0.3});
  const Tensor x = random_tensor({4, 8}, 1, 0, 1);
  Tensor code = linear_codes(model, x);
  double l1 = 0;
  for (std::size_t i = 0; i < code.size(); ++i) {
    code.data()[i] = std::max<Scalar>(0, code.data()[i]);
    l1 += code.data()[i] / 4 * column_norm(model, i % 6);
  }
  Tape tape(Tape::Gradients::off);
  const Loss loss = loss_of(model, tape, x);
  EXPECT_NEAR(loss.total.item(), error_of(model, code, x) + 0.3 * l1, 64 * epsilon);
  EXPECT_NEAR(loss.terms[1].value.item(), l1, 64 * epsilon);
  EXPECT_NEAR(loss.terms[2].value.item(), active_share(code), epsilon);
}

TEST(Sparse, GainsNothingByASmallerCodeAndLargerWeights) {
  Made<Sparse, SparseOptions> model({.base = small, .weight = 0.3});
  const Tensor x = random_tensor({4, 8}, 1, 0, 1);
  Tape tape(Tape::Gradients::off);
  const double before = loss_of(model, tape, x).total.item();
  Tensor &w = model.encoder.parameters()[0]->value, &b = model.encoder.parameters()[1]->value,
         &v = model.decoder.parameters()[0]->value;
  for (std::size_t k = 0; k < 8; ++k) {
    w(2, k) /= 4;
    v(k, 2) *= 4;
  }
  b(2) /= 4;
  EXPECT_NEAR(loss_of(model, tape, x).total.item(), before, 64 * epsilon);
}

TEST(Sparse, IsSparserAndLessExactTheMoreThePenaltyWeighs) {
  double last_share = 1, last_error = 0;
  for (double weight : {0.1, 0.2, 0.4}) {
    Made<Sparse, SparseOptions> model({.base = digits, .weight = weight}, {784});
    const History history = train_on_digits(model, {.epochs = 8, .lr = 0.003});
    const double share = history.curve("active_share").back(),
                 error = history.curve("reconstruction").back();
    EXPECT_LT(share, last_share) << weight;
    EXPECT_GT(error, last_error) << weight;
    last_share = share;
    last_error = error;
  }
}

TEST(Sparse, LearnsACodeThatIsMostlyZero) {
  Made<Sparse, SparseOptions> sparse({.base = digits, .weight = 0.2}, {784});
  Made<Sparse, SparseOptions> dense({.base = digits, .weight = 0}, {784});
  const TrainingOptions options = {.epochs = 4, .lr = 0.003};
  const History history = train_on_digits(sparse, options);
  train_on_digits(dense, options);
  EXPECT_LT(history.curve("train_loss").back(), 0.8 * history.curve("train_loss").front());
  const Tensor x = some_digits();
  EXPECT_LT(active_share(code_of(sparse, x)), 0.6 * active_share(code_of(dense, x)));
}

TEST(KlSparse, AddsTheDivergenceOfMeanActivationsFromTheTarget) {
  Made<KlSparse, KlSparseOptions> model({.base = small, .target = 0.1, .weight = 0.3});
  const Tensor x = random_tensor({4, 8}, 1, 0, 1);
  Tensor code = linear_codes(model, x);
  for (Scalar& c : code) c = 1 / (1 + std::exp(-c));
  double divergence = 0;
  for (std::size_t j = 0; j < 6; ++j) {
    const double q = (double(code(0, j)) + code(1, j) + code(2, j) + code(3, j)) / 4;
    divergence += 0.1 * std::log(0.1 / q) + 0.9 * std::log(0.9 / (1 - q));
  }
  Tape tape(Tape::Gradients::off);
  const Loss loss = loss_of(model, tape, x);
  EXPECT_NEAR(loss.total.item(), error_of(model, code, x) + 0.3 * divergence, 64 * epsilon);
  EXPECT_TRUE(model.couples_examples()) << "a mean over a shard is not the batch's";
}

TEST(KlSparse, LearnsUnitsThatAreActiveAsRarelyAsTheTarget) {
  Made<KlSparse, KlSparseOptions> model({.base = digits}, {784});
  const History history = train_on_digits(model, {.epochs = 8, .batch = 32, .lr = 0.02});
  EXPECT_NEAR(history.curve("mean_activation").back(), 0.05, 0.05 / 3);
  EXPECT_LT(history.curve("train_loss").back(), 0.8 * history.curve("train_loss").front());
}

TEST(WinnerTakeAll, LetsEachUnitAnswerToItsShareOfTheBatch) {
  Made<WinnerTakeAll, WinnerTakeAllOptions> model({.base = small, .rate = 0.25});
  const Tensor x = random_tensor({8, 8}, 1, 0, 1);
  Tensor code = linear_codes(model, x);
  for (Scalar& c : code) c = std::max<Scalar>(0, c);
  EXPECT_TRUE(is_near(code_of(model, x), code, 16 * epsilon)) << "all of it is the code …";
  Tensor winners = filled(code.shape());
  for (std::size_t j = 0; j < 6; ++j)
    for (std::size_t i = 0; i < 8; ++i) {
      std::size_t larger = 0;
      for (std::size_t b = 0; b < 8; ++b) larger += code(b, j) > code(i, j);
      if (larger < 2) winners(i, j) = code(i, j);
    }
  Tape tape(Tape::Gradients::off);
  const Loss loss = loss_of(model, tape, x);
  EXPECT_NEAR(loss.total.item(), error_of(model, winners, x), 64 * epsilon) << "… but in training";
  EXPECT_TRUE(model.couples_examples());
}

TEST(WinnerTakeAll, LearnsWhatTheDecoderCanUseWithoutABatch) {
  Made<WinnerTakeAll, WinnerTakeAllOptions> model({.base = digits, .rate = 0.05}, {784});
  const History history = train_on_digits(model, {.epochs = 8, .lr = 0.005}, "5000");
  EXPECT_LT(history.curve("train_loss").back(), 0.8 * history.curve("train_loss").front());
  // Out of training a threshold stands for the competition: about as many are active, and the
  // error is about the same.
  EXPECT_NEAR(history.curve("active_share").back(), 0.05, 0.03);
  EXPECT_LT(history.curve("reconstruction").back(),
            1.2 * history.curve("train_reconstruction").back());
}

TEST(SparseFamily, RefusesOptionsThatMakeNoSense) {
  EXPECT_EQ(
      message_of<ConfigError>([] { Made<Sparse, SparseOptions>({.base = small, .weight = -1}); }),
      "model.weight is -1, but must be at least 0");
  EXPECT_EQ(message_of<ConfigError>(
                [] { Made<KlSparse, KlSparseOptions>({.base = small, .target = 1}); }),
            "model.target is 1, but must be above 0 and below 1");
  EXPECT_EQ(message_of<ConfigError>(
                [] { Made<WinnerTakeAll, WinnerTakeAllOptions>({.base = small, .rate = 0}); }),
            "model.rate is 0, but must be above 0 and at most 1");
}

}  // namespace
}  // namespace hourglass::testing
