#include "hourglass/models/vanilla.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hourglass/datasets/batches.hpp"
#include "hourglass/datasets/catalog/catalog.hpp"
#include "hourglass/models/core/evaluation.hpp"
#include "hourglass/models/statistics/pca.hpp"
#include "hourglass/nn/training/trainer.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

Vanilla make(VanillaOptions options) {
  Rng rng(1);
  return {{10}, std::move(options), rng};
}

TEST(Vanilla, NarrowsToTheCodeAndBack) {
  Vanilla model = make({.network = {.latent = 3, .hidden = {7, 5}}});
  EXPECT_EQ(model.latent(), 3u);
  std::vector<std::string> shapes;
  for (const Parameter* parameter : model.parameters())
    if (parameter->value.dimension() == 2)
      shapes.push_back(parameter->name + " " + to_text(parameter->value.shape()));
  EXPECT_EQ(shapes,
            (std::vector<std::string>{"encoder.0.weight (7, 10)", "encoder.2.weight (5, 7)",
                                      "encoder.4.weight (3, 5)", "decoder.0.weight (5, 3)",
                                      "decoder.2.weight (7, 5)", "decoder.4.weight (10, 7)"}));
  Tape tape(Tape::Gradients::off);
  Var code = model.encode(tape.constant(random_tensor({4, 10}, 1, 0, 1)));
  EXPECT_EQ(code.shape(), (Shape{4, 3}));
  EXPECT_EQ(model.decode(code).shape(), (Shape{4, 10}));
}

TEST(Vanilla, CanDoWithoutHiddenLayers) {
  Vanilla model = make({.network = {.latent = 3, .hidden = {}}});
  EXPECT_EQ(model.parameter_count(), 10u * 3 + 3 + 3 * 10 + 10);
}

TEST(Vanilla, TakesTheLastHiddenLayerForTheCodeWhereNoSizeIsGiven) {
  Vanilla model = make({.network = {.latent = 0, .hidden = {7, 5}}});
  EXPECT_EQ(model.latent(), 5u);
  EXPECT_EQ(model.parameter_count(), 10u * 7 + 7 + 7 * 5 + 5 + 5 * 7 + 7 + 7 * 10 + 10);
}

TEST(Vanilla, DecodesIntoZeroToOne) {
  Vanilla model = make({.network = {.latent = 3, .hidden = {5}}});
  Tape tape(Tape::Gradients::off);
  const Tensor rebuilt = model.decode(tape.constant(random_tensor({50, 3}, 1, -500, 500))).value();
  EXPECT_GE(*std::min_element(rebuilt.begin(), rebuilt.end()), 0);
  EXPECT_LE(*std::max_element(rebuilt.begin(), rebuilt.end()), 1);
  EXPECT_LT(*std::min_element(rebuilt.begin(), rebuilt.end()), 0.01);  // the codes do reach out
  EXPECT_GT(*std::max_element(rebuilt.begin(), rebuilt.end()), 0.99);
}

TEST(Vanilla, MinimisesWhatItsFormulaSays) {
  const Tensor x = random_tensor({4, 10}, 1, 0, 1);
  for (const char* loss : {"squared_error", "binary_cross_entropy"}) {
    Vanilla model = make({.network = {.latent = 3, .hidden = {5}}, .loss = loss});
    const Tensor rebuilt = reconstruct(model, x);
    double squares = 0, nats = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double t = x.data()[i], p = rebuilt.data()[i];
      squares += (t - p) * (t - p) / 4;
      nats -= (t * std::log(p) + (1 - t) * std::log(1 - p)) / 4;
    }
    Tape tape(Tape::Gradients::off);
    Rng unused(1);
    const double expected = std::string(loss) == "squared_error" ? squares : nats;
    EXPECT_NEAR(model.loss(tape, x, unused).total.item(), expected, 64 * epsilon) << loss;
  }
}

TEST(Vanilla, ScoresAnExampleByTheSquaredErrorOfItsReconstruction) {
  Vanilla model = make({.network = {.latent = 3, .hidden = {5}}});
  const Tensor x = random_tensor({4, 10}, 1, 0, 1), rebuilt = reconstruct(model, x);
  std::vector<double> expected(4);
  for (std::size_t i = 0; i < 40; ++i)
    expected[i / 10] += std::pow(double(x.data()[i]) - rebuilt.data()[i], 2);
  Tape tape(Tape::Gradients::off);
  EXPECT_TRUE(
      is_near(model.anomaly_score(tape.constant(x)).value(), tensor({4}, expected), 16 * epsilon));
}

TEST(Vanilla, HasTheSameWeightsForTheSameSeed) {
  Vanilla one = make({}), same = make({});
  const Tensor x = random_tensor({4, 10}, 1, 0, 1);
  EXPECT_TRUE(is_same(reconstruct(one, x), reconstruct(same, x)));
}

TEST(Vanilla, RefusesOptionsThatMakeNoNetwork) {
  const auto error = [](VanillaOptions options) {
    return message_of<ConfigError>([&] { make(options); });
  };
  EXPECT_PRED2(starts_with, error({.loss = "mse"}), "unknown loss 'mse'; ");
  EXPECT_PRED2(starts_with, error({.network = {.activation = "step"}}),
               "unknown activation 'step'; ");
  EXPECT_EQ(error({.network = {.hidden = {5, 0}}}),
            "Linear: 5 inputs and 0 outputs: both must be at least 1");
}

TEST(Vanilla, CannotDrawNewExamples) {
  Vanilla model = make({});
  Rng rng(1);
  EXPECT_PRED2(contains, message_of<ConfigError>([&] { model.sample(3, rng); }),
               "a variational one can");
}

TEST(Vanilla, LearnsDigitsInTwoEpochs) {
  const Dataset train = load_dataset("mnist?limit=10000", Split::train),
                test = load_dataset("mnist?limit=2000", Split::test);
  Rng rng(1);
  Vanilla model({784}, {.network = {.latent = 16, .hidden = {64}}}, rng);
  Trainer trainer(model, {.epochs = 2, .lr = 0.005}, rng);
  Batches batches(train, 128, rng.fork(0));
  Progress quiet(Progress::Show::nothing);
  trainer.fit(batches, quiet, [&] { return evaluate(model, test, rng); });
  const std::vector<double> loss = trainer.history().curve("train_loss"),
                            error = trainer.history().curve("squared_error_per_image");
  EXPECT_LT(loss.at(1), 0.8 * loss.at(0));
  EXPECT_LT(error.at(1), error.at(0));
  // A code of two numbers, chosen as well as linear codes can be, is what 156 steps have to beat;
  // sixteen numbers could do far better, and do after some epochs more.
  EXPECT_LT(error.at(1), squared_error_per_example(fit_pca(train, 2), test));
}

}  // namespace
}  // namespace hourglass::testing
