#include "hourglass/models/core/evaluation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/datasets/catalog/catalog.hpp"
#include "hourglass/models/beta_tc_vae.hpp"
#include "hourglass/models/kl_sparse.hpp"
#include "hourglass/models/vanilla.hpp"
#include "hourglass/models/wae.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

/// 1,203 examples of 784 bytes: two whole chunks of an evaluation and a rest.
std::vector<std::uint8_t> made_bytes() {
  std::vector<std::uint8_t> bytes(1203 * 784);
  Rng rng(9);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(rng.below(256));
  return bytes;
}

class Evaluation : public ::testing::Test {
 protected:
  Rng rng{1};
  Vanilla model{
      {784}, {.network = {.latent = 4, .hidden = {8}}, .loss = "binary_cross_entropy"}, rng};
  const std::vector<std::uint8_t> bytes = made_bytes();
  const Dataset data{"made", {1, 28, 28}, bytes};
};

TEST_F(Evaluation, GivesTheMeansOverAllExamples) {
  double squares = 0, nats = 0;
  Tensor rows;
  for (std::size_t i = 0; i < data.size(); ++i) {  // each example alone
    data.read_rows(i, 1, rows);
    const Tensor rebuilt = reconstruct(model, rows);
    double squares_here = 0, nats_here = 0;
    for (std::size_t k = 0; k < 784; ++k) {
      const double t = rows(0, k), p = rebuilt(0, k);
      squares_here += (t - p) * (t - p);
      nats_here -= t * std::log(p) + (1 - t) * std::log(1 - p);
    }
    squares += squares_here / 1203;
    nats += nats_here / 1203;
  }
  const Metrics figures = evaluate(model, data, Rng(1));
  // The library adds 784 terms in lanes and then 500 examples, some tens of roundings in all; the
  // loops here add 784 and then 1,203 numbers in double.
  const double tolerance = 64 * epsilon + 2000 * std::numeric_limits<double>::epsilon();
  EXPECT_NEAR(metric(figures, "squared_error_per_image"), squares, tolerance * squares);
  EXPECT_NEAR(metric(figures, "loss"), nats, tolerance * nats);
}

TEST(EvaluationOfCoupledExamples, DoesNotHangOnTheOrderOfAFile) {
  Rng rng(1);
  const VanillaOptions digits = {.network = {.latent = 2, .hidden = {}}};
  Wae wae({784}, {.base = digits}, rng);
  KlSparse kl_sparse({784}, {.base = {.network = {.latent = 20, .hidden = {}}}}, rng);
  BetaTcVae beta_tc({784}, {.vae = {.network = {.latent = 2, .hidden = {}}}}, rng);
  const Dataset mixed = load_dataset("mnist?limit=1500", Split::test);
  std::vector<std::uint32_t> by_class(1500);
  std::iota(by_class.begin(), by_class.end(), 0u);
  std::ranges::stable_sort(by_class, {}, [&](std::uint32_t i) { return mixed.label(i); });
  const Dataset sorted = mixed.subset(by_class);
  const std::pair<Autoencoder*, const char*> cases[] = {
      {&wae, "mmd"}, {&kl_sparse, "kl_sparsity"}, {&beta_tc, "total_correlation_nats"}};
  for (const auto& [model, name] : cases) {
    double mean = 0, square = 0;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      const double figure = metric(evaluate(*model, mixed, Rng(seed)), name);
      mean += figure / 10;
      square += figure * figure / 10;
    }
    const double deviation = std::sqrt(std::max(0.0, square - mean * mean)) + 1e-6;
    EXPECT_NEAR(metric(evaluate(*model, sorted, Rng(11)), name), mean, 5 * deviation) << name;
  }
}

TEST_F(Evaluation, SaysTheSameOfImagesAndOfPixels) {
  const Metrics figures = evaluate(model, data, Rng(1));
  const double an_image = metric(figures, "squared_error_per_image");
  EXPECT_NEAR(metric(figures, "mse_per_pixel") * 784, an_image, 1e-12 * an_image);
}

TEST_F(Evaluation, DoesNotDependOnTheOrderOfTheExamples) {
  std::vector<std::uint8_t> reversed;
  for (std::size_t i = data.size(); i-- > 0;)
    reversed.insert(reversed.end(), data.example(i), data.example(i) + 784);
  const Metrics forward = evaluate(model, data, Rng(1)),
                backward = evaluate(model, Dataset("made", {784}, reversed), Rng(1));
  for (std::size_t i = 0; i < forward.size(); ++i)
    EXPECT_NEAR(backward[i].second, forward[i].second, 16 * epsilon * forward[i].second)
        << forward[i].first;
}

TEST_F(Evaluation, GivesTheSameBitsAgainAndOnAnyNumberOfThreads) {
  const Metrics first = evaluate(model, data, Rng(1));
  EXPECT_EQ(evaluate(model, data, Rng(1)), first);
  const int before = threads();
  for (int count : {1, 2}) {
    set_threads(count);
    EXPECT_EQ(evaluate(model, data, Rng(1)), first) << count << " threads";
  }
  set_threads(before);
}

TEST_F(Evaluation, LeavesNoGradientBehind) {
  evaluate(model, data.slice(0, 10), Rng(1));
  for (const Parameter* parameter : model.parameters()) EXPECT_FALSE(parameter->has_grad);
}

TEST_F(Evaluation, RefusesADatasetWithoutExamples) {
  EXPECT_EQ(message_of<ConfigError>([&] { evaluate(model, data.slice(0, 0), Rng(1)); }),
            "evaluate: the dataset has no examples");
}

TEST_F(Evaluation, NamesTheFigureTheExamplesAndTheOperationWhereANumberIsNotFinite) {
  model.parameters().back()->value.data()[3] = std::numeric_limits<Scalar>::quiet_NaN();
  const std::string message = message_of<NonFiniteError>([&] { evaluate(model, data, Rng(1)); });
  EXPECT_PRED2(contains, message, "loss is not finite: over examples ");
  EXPECT_PRED2(contains, message, " of made it is nan: ");
  EXPECT_PRED2(contains, message, "decoder");
}

TEST_F(Evaluation, HasNoMetricOfAnotherName) {
  EXPECT_EQ(message_of<Error>([&] { metric({{"loss", 1}}, "accuracy"); }),
            "there is no metric 'accuracy'");
}

TEST_F(Evaluation, TakesPlaceOutOfTrainingAndLeavesTheModeAsItWas) {
  struct Watching : Vanilla {
    using Vanilla::Vanilla;
    Var decode(Var code) override {
      was_training |= training();
      return Vanilla::decode(code);
    }
    bool was_training = false;
  } watching({784}, {.network = {.latent = 4, .hidden = {8}}}, rng);
  evaluate(watching, data.slice(0, 10), Rng(1));
  reconstruct(watching, filled({2, 784}));
  EXPECT_FALSE(watching.was_training);
  EXPECT_TRUE(watching.training());
  EXPECT_THROW(reconstruct(watching, filled({2, 3})), ShapeError);
  EXPECT_TRUE(watching.training());
}

}  // namespace
}  // namespace hourglass::testing
