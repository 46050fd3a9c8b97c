#include "hourglass/models/k_sparse.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hourglass/models/trained/model_file.hpp"
#include "tests/models/sparse_models.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hourglass::testing { namespace {

using MadeKSparse = Made<KSparse, KSparseOptions>;

/// Of each row of z its k largest, of equal ones all, and 0 for the others.
Tensor largest(const Tensor& z, std::size_t k) {
  Tensor kept = filled(z.shape());
  for (std::size_t i = 0; i < z.shape()[0]; ++i)
    for (std::size_t j = 0; j < z.shape()[1]; ++j) {
      std::size_t larger = 0;
      for (std::size_t l = 0; l < z.shape()[1]; ++l) larger += z(i, l) > z(i, j);
      if (larger < k) kept(i, j) = z(i, j);
    }
  return kept;
}

/// Whether unit j is 0 in every code.
bool is_unused(const Tensor& code, std::size_t j) {
  for (std::size_t i = 0; i < code.shape()[0]; ++i)
    if (code(i, j) != 0) return false;
  return true;
}

TEST(KSparse, KeepsTheLargestNumbersOfEachCodeAndRebuildsFromThem) {
  for (bool tied : {true, false}) {
    SCOPED_TRACE(tied);
    MadeKSparse model({.base = small, .k = 2, .tied = tied});
    const Tensor x = random_tensor({4, 8}, 1, 0, 1);
    const Tensor expected = largest(linear_codes(model, x), 2);
    EXPECT_TRUE(is_near(code_of(model, x), expected, 16 * epsilon));
    Tape tape(Tape::Gradients::off);
    const Loss loss = loss_of(model, tape, x);
    EXPECT_NEAR(loss.total.item(), distance_of(x, linear_outputs_of(model, expected)), 64 * epsilon)
        << "no unit is dead yet";
    EXPECT_EQ(loss.terms[3].value.item(), 2) << "active";
  }
}

TEST(KSparse, RebuildsLinearlyCutOffAtBlackAndWhite) {
  MadeKSparse model({.base = small, .k = 2});
  const Tensor code = random_tensor({4, 6}, 1, -4, 4);
  Tensor expected = linear_outputs_of(model, code);
  for (Scalar& pixel : expected) pixel = std::clamp<Scalar>(pixel, 0, 1);
  Tape tape(Tape::Gradients::off);
  EXPECT_TRUE(is_near(model.decode(tape.constant(code)).value(), expected, 64 * epsilon));
}

TEST(KSparse, HasTheWeightsOfTheEncoderInItsDecoderThroughoutOrAtTheStart) {
  const MadeKSparse tied({.base = small, .k = 2}), free({.base = small, .k = 2, .tied = false});
  EXPECT_EQ(tied.decoder.parameters().size(), 1u) << "the bias";
  EXPECT_EQ(free.decoder.parameters().size(), 2u);
  EXPECT_TRUE(is_same(decoder_weights(free), decoder_weights(tied)));
}

TEST(KSparse, LowersKLinearlyInTheFirstHalfOfTraining) {
  MadeKSparse model({.base = {.network = {.latent = 300, .hidden = {}}}, .k = 20}, {784});
  const Tensor x = some_digits();
  const auto active_at = [&](std::size_t step) {
    model.before_step(step, 100);
    return mean_active(code_of(model, x));
  };
  EXPECT_EQ(active_at(0), 100);
  EXPECT_EQ(active_at(25), 60);
  EXPECT_EQ(active_at(50), 20);
  EXPECT_EQ(active_at(99), 20);
  active_at(0);
  model.eval();
  EXPECT_EQ(mean_active(code_of(model, x)), 20) << "k is annealed in training only";
}

TEST(KSparse, KeepsAlphaTimesKInEvaluation) {
  MadeKSparse model({.base = digits, .k = 10, .alpha = 1.25}, {784});
  const Tensor x = some_digits();
  EXPECT_EQ(mean_active(code_of(model, x)), 10);
  model.eval();
  EXPECT_EQ(mean_active(code_of(model, x)), 13) << "12.5, rounded";
  MadeKSparse all({.base = digits, .k = 60, .alpha = 3}, {784});
  all.eval();
  EXPECT_EQ(mean_active(code_of(all, x)), 100) << "no more than there are";
}

TEST(KSparse, PullsDeadUnitsUpToWhatItTakesToBeKept) {
  // Each batch has four examples, so a unit that none of them uses is dead at once.
  for (bool tied : {true, false}) {
    SCOPED_TRACE(tied);
    MadeKSparse model(
        {.base = small, .k = 2, .tied = tied, .dead_after = 4, .revival_weight = 0.5});
    const Tensor x = random_tensor({4, 8}, 1, 0, 1), z = linear_codes(model, x);
    const Tensor code = code_of(model, x);
    double pull = 0, dead = 0;
    for (std::size_t j = 0; j < 6; ++j) {
      if (!is_unused(code, j)) continue;
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
    const double error = distance_of(x, linear_outputs_of(model, code));
    EXPECT_NEAR(loss.total.item(), error + 0.5 * pull, 64 * epsilon);
    EXPECT_NEAR(loss.terms[2].value.item(), dead / 6, epsilon);
  }
}

struct AuxK : ::testing::Test {
  /// Its AuxK has a budget of four of eight units.
  MadeKSparse model{KSparseOptions{.base = {.network = {.latent = 8, .hidden = {}}},
                                   .k = 1,
                                   .tied = false,
                                   .revival = "auxk",
                                   .dead_after = 4}};
  const Tensor x = random_tensor({4, 8}, 1, 0, 1), z = linear_codes(model, x);
  const Tensor code = code_of(model, x);
};

TEST_F(AuxK, IsWhatDeadUnitsLeaveOfTheError) {
  Tensor of_dead = z;  // z of the dead units; lower than any other where they are not
  std::size_t dead = 0;
  for (std::size_t j = 0; j < 8; ++j) {
    dead += is_unused(code, j);
    for (std::size_t i = 0; i < 4; ++i)
      if (!is_unused(code, j)) of_dead(i, j) = -100;
  }
  ASSERT_GT(dead, 4u) << "a test without a choice";
  Tensor chosen = largest(of_dead, 4);
  for (Scalar& c : chosen) c = std::max<Scalar>(0, c);
  const Tensor guess = linear_outputs_of(model, chosen),
               bias = linear_outputs_of(model, filled({4, 8})),
               rebuilt = linear_outputs_of(model, code);
  double squares = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    squares += std::pow(x.data()[i] - rebuilt.data()[i] - (guess.data()[i] - bias.data()[i]), 2);
  Tape tape(Tape::Gradients::off);
  EXPECT_NEAR(loss_of(model, tape, x).terms[1].value.item(), squares / 4, 64 * epsilon);
}

TEST_F(AuxK, MovesDeadUnitsOnlyAndLeavesTheRestToTheReconstruction) {
  Tape tape;
  const Loss loss = loss_of(model, tape, x);
  tape.backward(loss.terms[1].value);
  const Tensor &w = model.encoder.parameters()[0]->grad, &v = model.decoder.parameters()[0]->grad;
  double of_dead = 0, of_alive = 0;
  for (std::size_t j = 0; j < 8; ++j)
    for (std::size_t i = 0; i < 8; ++i)
      (is_unused(code, j) ? of_dead : of_alive) += std::abs(w(j, i)) + std::abs(v(i, j));
  EXPECT_GT(of_dead, 0);
  EXPECT_EQ(of_alive, 0);
  for (Scalar bias : model.decoder.parameters()[1]->grad) EXPECT_NEAR(bias, 0, 64 * epsilon);
}

TEST_F(AuxK, IsNothingWithoutDeadUnits) {
  MadeKSparse alive({.base = small, .k = 6, .revival = "auxk", .dead_after = 4});
  Tape tape(Tape::Gradients::off);
  EXPECT_EQ(loss_of(alive, tape, x).terms[1].value.item(), 0);
}

TEST(KSparse, CentresExamplesAtTheBiasOfTheDecoderIfAsked) {
  MadeKSparse model({.base = small, .k = 2, .tied = false, .centre = true});
  const Tensor x = random_tensor({4, 8}, 1, 0, 1);
  EXPECT_TRUE(is_near(code_of(model, x), largest(centred_codes(model, x), 2), 16 * epsilon));
}

TEST(KSparse, HasFewerDeadUnitsWithALargeKAtTheStartAndWithEitherRevivalLoss) {
  const auto dead_units = [](double anneal, const std::string& revival, double weight) {
    MadeKSparse model({.base = {.network = {.latent = 200, .hidden = {}}},
                       .k = 5,
                       .anneal = anneal,
                       .tied = false,
                       .revival = revival,
                       .dead_after = 1000,
                       .revival_weight = weight},
                      {784});
    const History history = train_on_digits(model, {.epochs = 4, .batch = 20, .lr = 0.003});
    return history.curve("dead_units").back();
  };
  const double without = dead_units(0, "pre_activation", 0);
  EXPECT_GT(without, 0.2);
  EXPECT_LT(dead_units(0.5, "pre_activation", 0), 0.7 * without);
  EXPECT_LT(dead_units(0, "pre_activation", 0.01), 0.7 * without);
  EXPECT_LT(dead_units(0, "auxk", 0.03125), 0.7 * without);
}

TEST(KSparse, LoadsAFileOfAnEarlierVersionToTheSameBits) {
  const auto config = [](const std::string& settings) {
    return Config::parse(
        "[run]\nmodel = \"k-sparse\"\nexample_shape = [6]\n\n[model]\n"
        "latent = 5\nhidden = []\nk = 2\n" +
            settings,
        "test");
  };
  const TestFolder folder;
  Rng rng(5);
  const auto model = make_model(config("tied = false\noutput = \"sigmoid\"\n"), rng);
  save_model(folder / "model.safetensors", *model, config(""));
  const TrainedModel loaded = load_model(folder / "model.safetensors");
  model->eval();
  const Tensor x = random_tensor({7, 6}, 1, 0, 1);
  EXPECT_TRUE(is_same(reconstruct(*loaded.model, x), reconstruct(*model, x)));
  const auto& vanilla = dynamic_cast<const Vanilla&>(*loaded.model);
  Tape tape(Tape::Gradients::off);
  EXPECT_NEAR(loss_of(*loaded.model, tape, x).total.item(),
              error_of(vanilla, code_of(*loaded.model, x), x), 64 * epsilon)
      << "σ of the decoder's numbers";
}

TEST(KSparse, RefusesOptionsThatMakeNoSense) {
  const auto error = [](const KSparseOptions& options) {
    return message_of<ConfigError>([&] { MadeKSparse model(options); });
  };
  EXPECT_EQ(error({.base = small, .k = 7}), "model.k is 7, but must be at least 1 and at most 6");
  EXPECT_EQ(error({.base = small, .k = 2, .alpha = 0.5}),
            "model.alpha is 0.5, but must be at least 1");
  EXPECT_EQ(error({.base = {.network = small.network, .loss = "binary_cross_entropy"}, .k = 2}),
            "cross-entropy is of numbers in 0..1: set model.output to sigmoid, or model.loss to "
            "squared_error");
  EXPECT_PRED2(contains, error({.base = {.network = {.latent = 6, .hidden = {5}}}, .k = 2}),
               "or model.tied to false");
}

}  // namespace
}  // namespace hourglass::testing
