#include "hourglass/models/stacked.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "hourglass/datasets/batches.hpp"
#include "hourglass/datasets/catalog/catalog.hpp"
#include "hourglass/models/core/evaluation.hpp"
#include "hourglass/models/statistics/pca.hpp"
#include "tests/models/short_training.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

const std::vector<std::uint8_t> labels = {0, 2, 1, 2};

struct Small : Stacked {
  explicit Small(StackedOptions options = {}) : Small(std::move(options), Rng(1)) {}

 private:
  static StackedOptions sized(StackedOptions options) {
    options.latent = 3;
    options.hidden = {6, 5};
    options.classes = 3;
    return options;
  }
  Small(StackedOptions options, Rng rng) : Stacked({8}, sized(std::move(options)), rng) {}
};

/// Which parameters the loss of the model's stage teaches.
std::set<std::string> taught(Stacked& model) {
  const Tensor x = random_tensor({4, 8}, 1, 0, 1);
  Tape tape;
  Rng rng(1);
  for (Parameter* parameter : model.parameters()) parameter->zero_grad();
  tape.backward(model.loss(tape, {x, labels}, rng).total);
  std::set<std::string> names;
  for (const Parameter* parameter : model.parameters())
    if (parameter->has_grad) names.insert(parameter->name);
  return names;
}

std::set<std::string> layer(const std::string& i) {
  return {"encoder." + i + ".weight", "encoder." + i + ".bias", "decoder." + i + ".weight",
          "decoder." + i + ".bias"};
}

TEST(Stacked, GoesThroughItsStagesByTheStepAlone) {
  Small model({.pretraining = 0.6});
  std::vector<std::size_t> stages;
  for (std::size_t step = 0; step < 10; ++step) {
    model.before_step(step, 10);
    stages.push_back(model.stage());
  }
  EXPECT_EQ(stages, (std::vector<std::size_t>{0, 0, 1, 1, 2, 2, 3, 3, 3, 3}));
}

TEST(Stacked, TeachesInEachStageItsOwnLayerOnlyAndThenAll) {
  for (const char* fine_tune : {"reconstruction", "labels"}) {
    Small model({.pretraining = 0.75, .fine_tune = fine_tune});
    for (std::size_t stage = 0; stage < 3; ++stage) {
      model.before_step(stage, 4);
      EXPECT_EQ(taught(model), layer(std::to_string(stage))) << fine_tune;
    }
    model.before_step(3, 4);
    EXPECT_EQ(taught(model).size(), model.parameters().size()) << fine_tune;
  }
}

TEST(Stacked, LearnsALayerByTheErrorFromItsMaskedInput) {
  Small model({.activation = "relu", .masking = 0, .pretraining = 0.75});
  const Tensor x = random_tensor({4, 8}, 1, 0, 1);
  model.before_step(1, 4);
  Tape tape(Tape::Gradients::off);
  Rng rng(1);
  const double got = model.loss(tape, x, rng).total.item();
  // h₁ = relu(W₀ x + b₀), and what relu(V relu(W₁ h₁ + b₁) + c) makes of it
  std::map<std::string, const Tensor*> weights;
  for (const Parameter* parameter : model.parameters())
    weights[parameter->name] = &parameter->value;
  const auto dense = [&](const std::string& name, const std::vector<double>& in) {
    const Tensor &w = *weights.at(name + ".weight"), &b = *weights.at(name + ".bias");
    std::vector<double> out;
    for (std::size_t i = 0; i < w.shape()[0]; ++i) {
      double sum = b(i);
      for (std::size_t j = 0; j < in.size(); ++j) sum += double(w(i, j)) * in[j];
      out.push_back(std::max(0.0, sum));
    }
    return out;
  };
  double expected = 0;
  for (std::size_t b = 0; b < 4; ++b) {
    const std::vector<double> row(x.data() + 8 * b, x.data() + 8 * b + 8);
    const std::vector<double> h = dense("encoder.0", row);
    const std::vector<double> rebuilt = dense("decoder.1", dense("encoder.1", h));
    for (std::size_t i = 0; i < h.size(); ++i) expected += std::pow(h[i] - rebuilt[i], 2) / 4;
  }
  EXPECT_NEAR(got, expected, 64 * epsilon);
}

TEST(Stacked, FineTunesByTheCrossEntropyOfTheLabelsAndKeepsTheDecoder) {
  Small model({.fine_tune = "labels", .reconstruction_weight = 0.5});
  model.eval();
  const Tensor x = random_tensor({4, 8}, 1, 0, 1), rebuilt = reconstruct(model, x);
  Tape tape(Tape::Gradients::off);
  Rng rng(1);
  const Loss loss = model.loss(tape, {x, labels}, rng);
  const Tensor logits = model.class_logits(tape.constant(x)).value();
  double nats = 0, wrong = 0, squares = 0;
  for (std::size_t b = 0; b < 4; ++b) {
    double sum = 0, largest = -1e9;
    for (std::size_t k = 0; k < 3; ++k) sum += std::exp(double(logits(b, k)));
    for (std::size_t k = 0; k < 3; ++k) largest = std::max(largest, double(logits(b, k)));
    nats += (std::log(sum) - logits(b, labels[b])) / 4;
    wrong += (logits(b, labels[b]) < largest) / 4.0;
  }
  for (std::size_t i = 0; i < x.size(); ++i)
    squares += std::pow(double(x.data()[i]) - rebuilt.data()[i], 2) / 4;
  EXPECT_NEAR(loss.total.item(), nats + 0.5 * squares, 64 * epsilon);
  EXPECT_NEAR(loss.terms[0].value.item(), squares, 64 * epsilon);
  EXPECT_NEAR(loss.terms[1].value.item(), nats, 64 * epsilon);
  EXPECT_STREQ(loss.terms[2].name, "error_rate");
  EXPECT_NEAR(loss.terms[2].value.item(), wrong, epsilon);
}

TEST(Stacked, LearnsToRebuildDigits) {
  Rng rng(1);
  Stacked model({784}, {.latent = 16, .hidden = {64}}, rng);
  const History history = train_on_digits(
      model, {.epochs = 8, .batch = 50, .lr = 0.002, .optimizer = "rmsprop"}, "5000");
  const Dataset train = load_dataset("mnist?limit=5000", Split::train),
                test = load_dataset("mnist?limit=500", Split::test);
  // Some hundred steps are to beat a code of four numbers chosen as well as linear codes can be.
  EXPECT_LT(history.curve("squared_error_per_image").back(),
            squared_error_per_example(fit_pca(train, 4), test));
}

TEST(Stacked, LearnsToTellDigitsApart) {
  Rng rng(1);
  Stacked model({784}, {.latent = 64, .hidden = {64}, .fine_tune = "labels"}, rng);
  const History history = train_on_digits(
      model, {.epochs = 6, .batch = 50, .lr = 0.002, .optimizer = "rmsprop"}, "5000");
  EXPECT_GT(history.curve("error_rate").front(), 0.5) << "while the first layer is learned";
  EXPECT_LT(history.curve("error_rate").back(), 0.15);
  EXPECT_LT(history.curve("mse_per_pixel").back(), 0.05) << "the decoder still works";
}

TEST(Stacked, RefusesWhatMakesNoSense) {
  const auto error = [](StackedOptions options) {
    return message_of<ConfigError>([&] { Small model(std::move(options)); });
  };
  EXPECT_EQ(error({.fine_tune = "both"}),
            "unknown fine_tune 'both'; there are reconstruction, labels");
  EXPECT_EQ(error({.masking = 1}), "model.masking is 1, but must be at least 0 and below 1");
  Small unlabelled;
  Tape tape;
  EXPECT_EQ(
      message_of<ConfigError>([&] { unlabelled.class_logits(tape.constant(filled({1, 8}))); }),
      "class_logits: trained without labels (model.fine_tune)");
}

}  // namespace
}  // namespace hourglass::testing
