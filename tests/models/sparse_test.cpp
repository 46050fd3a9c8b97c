#include "hourglass/models/sparse.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hourglass/models/k_sparse.hpp"
#include "hourglass/models/kl_sparse.hpp"
#include "hourglass/models/winner_take_all.hpp"
#include "tests/models/short_training.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

const VanillaOptions small = {.network = {.latent = 6, .hidden = {}}};
const VanillaOptions digits = {.network = {.latent = 100, .hidden = {}}};

/// A model out of the same weights each time.
template <class Model, class Options>
struct Made : Model {
  explicit Made(Options options, const Shape& shape = {8}) : Made(options, shape, Rng(1)) {}

 private:
  Made(Options options, const Shape& shape, Rng rng) : Model(shape, options, rng) {}
};

Tensor code_of(Autoencoder& model, const Tensor& x) {
  Tape tape(Tape::Gradients::off);
  return model.encode(tape.constant(x)).value();
}

/// W x + b of each example, of a model whose encoder is one layer.
Tensor linear_codes(const Vanilla& model, const Tensor& x) {
  const Tensor &w = model.encoder.parameters()[0]->value, &b = model.encoder.parameters()[1]->value;
  Tensor z = filled({x.shape()[0], w.shape()[0]});
  for (std::size_t i = 0; i < z.shape()[0]; ++i)
    for (std::size_t j = 0; j < z.shape()[1]; ++j) {
      double sum = b(j);
      for (std::size_t k = 0; k < w.shape()[1]; ++k) sum += double(w(j, k)) * x(i, k);
      z(i, j) = static_cast<Scalar>(sum);
    }
  return z;
}

/// ‖x − σ(V code + c)‖², the mean over the examples.
double error_of(const Vanilla& model, const Tensor& code, const Tensor& x) {
  const Tensor &v = model.decoder.parameters()[0]->value, &c = model.decoder.parameters()[1]->value;
  double squares = 0;
  for (std::size_t i = 0; i < x.shape()[0]; ++i)
    for (std::size_t k = 0; k < x.shape()[1]; ++k) {
      double sum = c(k);
      for (std::size_t j = 0; j < code.shape()[1]; ++j) sum += double(v(k, j)) * code(i, j);
      squares += std::pow(x(i, k) - 1 / (1 + std::exp(-sum)), 2);
    }
  return squares / double(x.shape()[0]);
}

Loss loss_of(Autoencoder& model, Tape& tape, const Tensor& x) {
  Rng unused(1);
  return model.loss(tape, x, unused);
}

/// The share of the numbers that are not 0.
double active_share(const Tensor& code) {
  double active = 0;
  for (Scalar c : code) active += c != 0;
  return active / double(code.size());
}

Tensor some_digits() {
  Tensor rows;
  load_dataset("mnist?limit=500", Split::test).read_rows(0, 500, rows);
  return rows;
}

/// The length of column j of the decoder's weights.
double column_norm(const Vanilla& model, std::size_t j) {
  const Tensor& v = model.decoder.parameters()[0]->value;
  double squares = 0;
  for (std::size_t k = 0; k < v.shape()[0]; ++k) squares += double(v(k, j)) * v(k, j);
  return std::sqrt(squares);
}

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

TEST(KSparse, KeepsTheLargestNumbersOfEachCodeAndRebuildsFromThem) {
  Made<KSparse, KSparseOptions> model({.base = small, .k = 2});
  const Tensor x = random_tensor({4, 8}, 1, 0, 1), z = linear_codes(model, x);
  Tensor expected = filled({4, 6});
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 6; ++j) {
      std::size_t larger = 0;
      for (std::size_t l = 0; l < 6; ++l) larger += z(i, l) > z(i, j);
      if (larger < 2) expected(i, j) = z(i, j);
    }
  EXPECT_TRUE(is_near(code_of(model, x), expected, 16 * epsilon));
  Tape tape(Tape::Gradients::off);
  EXPECT_NEAR(loss_of(model, tape, x).total.item(), error_of(model, expected, x), 64 * epsilon)
      << "no unit is dead yet";
}

TEST(KSparse, PullsDeadUnitsUpToWhatItTakesToBeKept) {
  // Each batch has four examples, so a unit that none of them uses is dead at once.
  Made<KSparse, KSparseOptions> model(
      {.base = small, .k = 2, .dead_after = 4, .revival_weight = 0.5});
  const Tensor x = random_tensor({4, 8}, 1, 0, 1), z = linear_codes(model, x);
  const Tensor code = code_of(model, x);
  double pull = 0, dead = 0;
  for (std::size_t j = 0; j < 6; ++j) {
    bool used = false;
    for (std::size_t i = 0; i < 4; ++i) used = used || code(i, j) != 0;
    if (used) continue;
    ++dead;
    for (std::size_t i = 0; i < 4; ++i) {
      std::vector<Scalar> row(z.data() + 6 * i, z.data() + 6 * i + 6);
      std::sort(row.rbegin(), row.rend());
      pull += (row[1] - z(i, j)) / 4.0 * column_norm(model, j);
    }
  }
  ASSERT_GT(dead, 0) << "a test without dead units";
  Tape tape(Tape::Gradients::off);
  const Loss loss = loss_of(model, tape, x);
  EXPECT_NEAR(loss.total.item(), error_of(model, code, x) + 0.5 * pull, 64 * epsilon);
  EXPECT_NEAR(loss.terms[2].value.item(), dead / 6, epsilon);
}

TEST(KSparse, HasFewerDeadUnitsWithTheRevivalLoss) {
  const auto dead_units = [](double revival_weight) {
    Made<KSparse, KSparseOptions> model({.base = {.network = {.latent = 200, .hidden = {}}},
                                         .k = 5,
                                         .dead_after = 1000,
                                         .revival_weight = revival_weight},
                                        {784});
    const History history = train_on_digits(model, {.epochs = 4, .batch = 50, .lr = 0.003});
    EXPECT_LT(history.curve("train_reconstruction").back(),
              0.8 * history.curve("train_reconstruction").front());
    return history.curve("dead_units").back();
  };
  const double without = dead_units(0);
  EXPECT_GT(without, 0.2);
  EXPECT_LT(dead_units(0.01), 0.7 * without);
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
  EXPECT_EQ(message_of<ConfigError>([] { Made<KSparse, KSparseOptions>({.base = small, .k = 7}); }),
            "model.k is 7, but must be at least 1 and at most 6");
  EXPECT_EQ(message_of<ConfigError>(
                [] { Made<WinnerTakeAll, WinnerTakeAllOptions>({.base = small, .rate = 0}); }),
            "model.rate is 0, but must be above 0 and at most 1");
}

}  // namespace
}  // namespace hourglass::testing
