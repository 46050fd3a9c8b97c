#include "hourglass/models/applications/anomaly.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/models/statistics/pca.hpp"
#include "hourglass/models/statistics/ranking.hpp"
#include "hourglass/models/vae.hpp"
#include "hourglass/models/vanilla.hpp"
#include "hourglass/nn/training/optimizers.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

/// Images of 8 × 8 with a bright bar, upright or lying, at some place.
Dataset bars(std::size_t count, bool upright, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t place = rng.below(8);
    for (std::size_t y = 0; y < 8; ++y)
      for (std::size_t x = 0; x < 8; ++x)
        bytes.push_back(
            static_cast<std::uint8_t>(((upright ? x : y) == place ? 200 : 0) + rng.below(20)));
  }
  return {"bars", {1, 8, 8}, bytes, std::vector<std::uint8_t>(count, upright ? 0 : 1)};
}

Vanilla untrained() {
  Rng rng(1);
  return {{1, 8, 8}, {.network = {.latent = 3, .hidden = {16}}}, rng};
}

TEST(StructuralError, OfEqualImagesIsZeroAndOfNegativesNearTwo) {
  const Tensor image = random_tensor({64}, 1, 0, 1);
  Tensor negative = image;
  for (std::size_t i = 0; i < 64; ++i) negative(i) = 1 - image(i);
  EXPECT_NEAR(structural_error(image.data(), image.data(), {1, 8, 8}), 0, 1e-6);
  EXPECT_GT(structural_error(image.data(), negative.data(), {1, 8, 8}), 1.5);
}

TEST(StructuralError, OfFlatImagesComparesTheirLight) {
  const Tensor dark = filled({16}, Scalar(0.25)), light = filled({16}, Scalar(0.5));
  // Without variance what is left is (2 a b + c) / (a² + b² + c).
  const double expected = 1 - (2 * 0.25 * 0.5 + 1e-4) / (0.0625 + 0.25 + 1e-4);
  EXPECT_NEAR(structural_error(dark.data(), light.data(), {1, 4, 4}), expected, 1e-6);
}

TEST(AnomalyDetector, ScoresAreTheirFormulas) {
  Vanilla model = untrained();
  const Dataset train = bars(40, true, 1), judged = bars(7, false, 2);
  const Scores scores = AnomalyDetector(model, train, train, Rng(1)).score(judged);
  EXPECT_FALSE(scores.has("elbo"));
  Tape tape(Tape::Gradients::off);
  Tensor rows, known;
  judged.read_rows(0, judged.size(), rows);
  train.read_rows(0, train.size(), known);
  const Tensor rebuilt = model(tape.constant(rows)).value();
  const Tensor codes = model.encode(tape.constant(rows)).value(),
               near = model.encode(tape.constant(known)).value();
  for (std::size_t i = 0; i < judged.size(); ++i) {
    double squares = 0, sizes = 0;
    for (std::size_t f = 0; f < 64; ++f) {
      squares += std::pow(double(rows(i, f)) - rebuilt(i, f), 2);
      sizes += std::abs(double(rows(i, f)) - rebuilt(i, f));
    }
    EXPECT_NEAR(scores.named("squared")[i], squares, 1e-5 * squares);
    EXPECT_NEAR(scores.named("absolute")[i], sizes, 1e-5 * sizes);
    std::vector<double> distances;
    for (std::size_t n = 0; n < train.size(); ++n) {
      double square = 0;
      for (std::size_t k = 0; k < 3; ++k) square += std::pow(double(codes(i, k)) - near(n, k), 2);
      distances.push_back(std::sqrt(square));
    }
    std::sort(distances.begin(), distances.end());
    double mean = 0;
    for (std::size_t n = 0; n < 5; ++n) mean += distances[n] / 5;
    EXPECT_NEAR(scores.named("knn")[i], mean, 1e-3 * mean);
  }
}

TEST(AnomalyDetector, TheMahalanobisDistanceOfItsOwnCodesHasTheirNumberAsMeanSquare) {
  Vanilla model = untrained();
  const Dataset train = bars(200, true, 1);
  const AnomalyDetector detector(model, train, train, Rng(1));
  double mean = 0;
  for (double distance : detector.validation_scores().named("mahalanobis"))
    mean += distance * distance / 200;
  EXPECT_NEAR(mean, 3, 0.01);
}

TEST(AnomalyDetector, TheCombinationOfNormalExamplesIsCentredAndAnomaliesAreFarAbove) {
  Vanilla model = untrained();
  // Some steps, so that bars that stand are rebuilt.
  Rng rng(3);
  const Dataset train = bars(300, true, 1);
  Adam adam(model.parameters(), {.lr = 0.01});
  Tensor rows;
  train.read_rows(0, train.size(), rows);
  for (int step = 0; step < 200; ++step) {
    Tape tape;
    const Batch batch{rows};
    adam.zero_grad();
    tape.backward(model.loss(tape, batch, rng).total);
    adam.step();
  }
  const AnomalyDetector detector(model, train, bars(100, true, 2), Rng(1));
  double mean = 0;
  for (double score : detector.validation_scores().named("combined")) mean += score / 100;
  EXPECT_NEAR(mean, 0, 1e-6);
  LabeledScores judged;
  for (bool anomalous : {false, true})
    for (double score : detector.score(bars(100, !anomalous, 4)).named("combined")) {
      judged.scores.push_back(score);
      judged.anomalous.push_back(anomalous);
    }
  EXPECT_GT(roc_auc(judged), 0.9);
}

TEST(AnomalyDetector, HasNoBoundOfAModelWithoutALikelihood) {
  Rng rng(1);
  Vae model({1, 8, 8},
            {.network = {.latent = 3, .hidden = {16}}, .likelihood = {.binarize = false}}, rng);
  const Dataset train = bars(40, true, 1);
  EXPECT_FALSE(AnomalyDetector(model, train, train, Rng(1)).score(train).has("elbo"));
}

TEST(AnomalyDetector, GivesTheSameScoresOnAnyNumberOfThreadsAndAVariationalModelsBound) {
  Rng rng(1);
  Vae model({1, 8, 8}, {.network = {.latent = 3, .hidden = {16}}}, rng);
  const Dataset train = bars(1100, true, 1);
  const int before = threads();
  set_threads(1);
  const Scores one = AnomalyDetector(model, train, train, Rng(1)).score(train);
  set_threads(2);
  const Scores two = AnomalyDetector(model, train, train, Rng(1)).score(train);
  set_threads(before);
  ASSERT_TRUE(one.has("elbo"));
  EXPECT_GT(one.named("elbo")[0], 1);  // nats
  for (const std::string& name : one.names)
    for (std::size_t i = 0; i < train.size(); ++i)
      ASSERT_NEAR(one.named(name)[i], two.named(name)[i], 1e-4 * (1 + std::abs(one.named(name)[i])))
          << name << " " << i;
}

TEST(AnomalyDetector, RefusesAnUnknownScoreAndNoExamples) {
  Vanilla model = untrained();
  const Dataset train = bars(20, true, 1);
  const AnomalyDetector detector(model, train, train, Rng(1));
  const std::string message =
      message_of<ConfigError>([&] { detector.score(train).named("loudness"); });
  EXPECT_PRED2(contains, message, "no score 'loudness'");
  EXPECT_PRED2(contains, message, "squared, absolute, structural, knn, mahalanobis, combined");
  EXPECT_PRED2(contains, message_of<ConfigError>([&] {
                 AnomalyDetector(model, train.slice(0, 0), train, Rng(1));
               }),
               "no normal examples");
}

TEST(PcaResiduals, AddUpToPcasSquaredError) {
  const Dataset train = bars(50, true, 1), judged = bars(30, false, 2);
  double mean = 0;
  for (double residual : pca_residuals(train, judged, 4)) mean += residual / 30;
  EXPECT_NEAR(mean, squared_error_per_example(fit_pca(train, 4), judged), 1e-4 * mean);
}

}  // namespace
}  // namespace hourglass::testing
