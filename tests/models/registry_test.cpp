// What holds for every model of the registry, whatever its idea.

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/datasets/batches.hpp"
#include "hourglass/datasets/catalog/catalog.hpp"
#include "hourglass/models/core/evaluation.hpp"
#include "hourglass/models/statistics/pca.hpp"
#include "hourglass/nn/files/weights.hpp"
#include "hourglass/nn/training/trainer.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/small_models.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

constexpr std::size_t examples = 6;
const Shape small_images = {1, 8, 8};

Config tiny_config(const std::string& name, const Shape& shape = small_images) {
  return small_config(name, shape, {.latent = "4", .hidden = "[9, 7]", .channels = "[3, 4]"});
}

/// Images and labels to train on, in three batches.
Dataset made_up_data() {
  const Tensor x = random_tensor({48, 64}, 3, 0, 1);
  std::vector<std::uint8_t> bytes;
  for (Scalar pixel : x) bytes.push_back(static_cast<std::uint8_t>(255 * pixel));
  return {"made up", small_images, std::move(bytes), some_labels(48)};
}

class EveryModel : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { set_threads(1); }  // tests run side by side already
  void TearDown() override { set_threads(threads_before_); }

  std::unique_ptr<Autoencoder> make(const Config& config, std::uint64_t seed = 1) {
    Rng rng(seed);
    return make_model(config, rng);
  }
  std::unique_ptr<Autoencoder> make() { return make(tiny_config(GetParam())); }

  /// The loss and its terms on the same examples, with the same noise.
  Metrics losses(Autoencoder& model, const Tensor& x, std::size_t first_label = 0) {
    Tape tape(Tape::Gradients::off);
    Rng noise(7);
    tape.context().draw_from(noise);
    const std::vector<std::uint8_t> labels = some_labels(first_label + x.shape()[0]);
    const Loss loss = model.loss(tape, {x, std::span(labels).subspan(first_label)}, noise);
    Metrics figures = {{"loss", loss.total.item()}};
    for (std::size_t i = 0; i < loss.term_count; ++i)
      figures.emplace_back(loss.terms[i].name, loss.terms[i].value.item());
    return figures;
  }

  /// Trains for two epochs, the second one in another trainer where `again` makes another model.
  void train(Autoencoder& model) {
    Trainer trainer(model, {.epochs = 2, .lr = 0.01}, Rng(2));
    Batches batches(made_up_data(), 16, Rng(3));
    trainer.fit(batches, quiet);
    model.after_training(made_up_data(), Rng(4));
  }

  const Tensor x = random_tensor({examples, 64}, 1, 0, 1);
  Progress quiet{Progress::Show::nothing};

 private:
  const int threads_before_ = threads();
};

TEST_P(EveryModel, IsListedWithAllThatAPersonWantsToKnow) {
  const ModelInfo& info = find_model(GetParam());
  EXPECT_NE(info.summary, "");
  EXPECT_NE(info.objective, "");
  EXPECT_NE(info.paper, "");
  for (const Setting& setting : info.settings) EXPECT_NE(setting.help, "") << setting.name;
  info.training.check();
}

TEST_P(EveryModel, MakesOfABatchWhatTheContractSays) {
  const auto model = make();
  model->eval();
  Tape tape(Tape::Gradients::off);
  Rng noise(1);
  tape.context().draw_from(noise);
  Var input = tape.constant(x), code = model->encode(input);
  EXPECT_EQ(code.shape(), (Shape{examples, model->latent()}));
  const Tensor rebuilt = model->decode(code).value();
  EXPECT_EQ(rebuilt.shape(), (Shape{examples, 64}));
  if (GetParam() != "linear") {  // whose output is that of a matrix
    EXPECT_GE(*std::min_element(rebuilt.begin(), rebuilt.end()), 0);
    EXPECT_LE(*std::max_element(rebuilt.begin(), rebuilt.end()), 1);
  }
  EXPECT_EQ(model->anomaly_score(input).shape(), (Shape{examples}));
  EXPECT_EQ(reconstruct(*model, x).shape(), (Shape{examples, 64}));
  EXPECT_NE(model->loss_unit(), "");
}

TEST_P(EveryModel, HasALossOfNamedTermsThatIsTheSameForTheSameSeed) {
  const auto model = make(), same = make();
  for (bool training : {true, false}) {
    model->train(training);
    same->train(training);
    const Metrics figures = losses(*model, x);
    EXPECT_GT(figures.size(), 1u) << "the loss has no named term";
    std::set<std::string> names;
    for (const auto& [name, value] : figures) {
      EXPECT_TRUE(std::isfinite(value)) << name;
      EXPECT_TRUE(names.insert(name).second) << name << " stands twice";
    }
    EXPECT_EQ(losses(*same, x), figures) << (training ? "in training" : "out of training");
  }
}

TEST_P(EveryModel, IsCutIntoShardsOnlyWhereTheLossIsAMeanOverExamples) {
  const auto model = make();
  const Metrics whole = losses(*model, x);
  const bool draws = [&] {
    Tape tape(Tape::Gradients::off);
    Rng other(8);
    tape.context().draw_from(other);
    const std::vector<std::uint8_t> labels = some_labels(examples);
    return model->loss(tape, {x, labels}, other).total.item() != whole[0].second;
  }();
  if (draws || model->couples_examples()) return;  // noise differs from shard to shard
  Tensor upper = filled({3, 64}), lower = filled({3, 64});
  std::copy_n(x.data(), 3 * 64, upper.data());
  std::copy_n(x.data() + 3 * 64, 3 * 64, lower.data());
  const double mean = 0.5 * (losses(*model, upper)[0].second + losses(*model, lower)[0].second);
  EXPECT_NEAR(mean, whole[0].second, 64 * epsilon * (1 + std::abs(mean)))
      << "a loss that is no mean over the examples says so: couples_examples() = true";
}

TEST_P(EveryModel, TakesColourAndOddSizes) {
  for (const Shape& shape : {Shape{3, 7, 10}, Shape{1, 5, 5}, Shape{1, 28, 28}}) {
    const auto model = make(tiny_config(GetParam(), shape));
    const Tensor images = random_tensor({2, element_count(shape)}, 1, 0, 1);
    EXPECT_TRUE(std::isfinite(losses(*model, images)[0].second)) << to_text(shape);
    EXPECT_EQ(reconstruct(*model, images).shape(), images.shape()) << to_text(shape);
  }
}

TEST_P(EveryModel, TakesWhatIsNoImageOrSaysThatItDoesNot) {
  std::string refused;
  try {
    const auto model = make(tiny_config(GetParam(), {12}));
    const Tensor rows = random_tensor({2, 12}, 1, 0, 1);
    EXPECT_TRUE(std::isfinite(losses(*model, rows)[0].second));
  } catch (const ConfigError& error) {
    refused = error.what();
    EXPECT_PRED2(contains, refused, "example");
    EXPECT_EQ(refused.find('\n'), std::string::npos) << refused;
  }
}

TEST_P(EveryModel, IsTheSameModelWhenReadFromItsFile) {
  const auto model = make();
  train(*model);
  model->before_step(6, 6);  // schedules are at their ends, as they are for a model that is read
  model->eval();
  TestFolder folder;
  save_model(folder / "model.safetensors", *model, tiny_config(GetParam()));
  const TrainedModel read = load_model(folder / "model.safetensors");
  EXPECT_TRUE(is_same(reconstruct(*read.model, x), reconstruct(*model, x)));
  EXPECT_EQ(losses(*read.model, x), losses(*model, x));
  if (!model->can_sample()) return;
  Rng one(5), other(5);
  EXPECT_TRUE(is_same(read.model->sample(3, one), model->sample(3, other))) << "samples";
}

// Whatever is remembered from step to step is a parameter or a buffer, and schedules depend on the
// step alone.
TEST_P(EveryModel, GoesOnFromACheckpointAsIfNothingHadHappened) {
  TestFolder folder;
  const TrainingOptions options = {.epochs = 3, .lr = 0.01};
  const auto whole = make(), resumed = make(tiny_config(GetParam()), 9);
  Trainer trainer(*whole, options, Rng(2)), second(*resumed, options, Rng(2));
  Batches batches(made_up_data(), 16, Rng(3));
  trainer.run_epoch(batches, quiet);
  trainer.save_checkpoint(folder / "checkpoint", {});
  second.resume(folder / "checkpoint");
  while (!trainer.finished()) trainer.run_epoch(batches, quiet);
  while (!second.finished()) second.run_epoch(batches, quiet);
  const auto weights = named_weights(*whole), others = named_weights(*resumed);
  ASSERT_EQ(weights.size(), others.size());
  for (std::size_t i = 0; i < weights.size(); ++i)
    EXPECT_TRUE(is_same(*others[i].tensor, *weights[i].tensor)) << weights[i].name;
}

TEST_P(EveryModel, DrawsNewExamplesOrSaysThatItCannot) {
  const auto model = make();
  train(*model);
  model->eval();
  Tensor drawn;
  const std::string refused = message_of<ConfigError>([&] {
    Rng rng(1);
    drawn = model->sample(5, rng);
  });
  EXPECT_EQ(refused.empty(), model->can_sample());
  if (!refused.empty()) {
    EXPECT_EQ(refused.find('\n'), std::string::npos) << refused;
    return;
  }
  EXPECT_EQ(drawn.shape(), (Shape{5, 64}));
  EXPECT_GE(*std::min_element(drawn.begin(), drawn.end()), 0);
  EXPECT_LE(*std::max_element(drawn.begin(), drawn.end()), 1);
  Rng rng(1);
  EXPECT_EQ(model->sample_codes(5, rng).shape(), (Shape{5, model->latent()}));
}

TEST_P(EveryModel, DrawsExamplesOfAClassThatItKnowsAndOfNoOther) {
  const auto model = make();
  Rng rng(1);
  for (std::size_t label = 0; label < model->classes(); ++label)
    EXPECT_EQ(model->sample_codes(2, label, rng).shape(), (Shape{2, model->latent()})) << label;
  const std::string refused =
      message_of<ConfigError>([&] { model->sample_codes(2, model->classes(), rng); });
  EXPECT_NE(refused, "");
  EXPECT_EQ(refused.find('\n'), std::string::npos) << refused;
}

TEST_P(EveryModel, NamesVectorsThatItsCodebookHas) {
  const auto model = make();
  if (model->codebook_size() == 0) return;
  train(*model);
  model->eval();
  Tape tape(Tape::Gradients::off);
  const Tensor indices = model->code_indices(tape.constant(x)).value();
  ASSERT_EQ(indices.dimension(), 2u);
  EXPECT_EQ(indices.shape()[0], examples);
  for (Scalar index : indices) {
    EXPECT_EQ(index, std::floor(index));
    EXPECT_GE(index, 0);
    EXPECT_LT(index, static_cast<Scalar>(model->codebook_size()));
  }
}

/// Sets one of a model's settings to what makes no sense: the model is made nevertheless, or one
/// line says what is wrong.
std::string refusal(const std::string& model, const std::string& assignment) {
  const std::string message = message_of<ConfigError>([&] {
    Config config = tiny_config(model);
    config.set(assignment, "model");
    Rng rng(1);
    make_model(config, rng);
  });
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  return message;
}

TEST_P(EveryModel, RefusesOptionsThatMakeNoSenseInOneLine) {
  EXPECT_PRED2(contains, refusal(GetParam(), "latnet=3"), "latnet");
  for (const Setting& setting : find_model(GetParam()).settings) {
    SCOPED_TRACE(setting.name);
    if (setting.value.starts_with('"')) {
      EXPECT_PRED2(contains, refusal(GetParam(), setting.name + "=nonsense"), "nonsense");
    } else if (setting.value.starts_with('[')) {
      refusal(GetParam(), setting.name + "=[0]");
    } else if (setting.value.find_first_of(".en") != std::string::npos) {
      for (const char* value : {"=-1.0", "=nan", "=inf"}) refusal(GetParam(), setting.name + value);
    } else {
      refusal(GetParam(), setting.name + "=0");
    }
  }
}

/// With how many of PCA's components a model has to compete on digits, after a few seconds of
/// training. Eight is the size of the code; who differs has a reason.
struct Contest {
  std::size_t components = 8;
  std::vector<std::string> settings = {};
};

Contest contest_of(const std::string& model) {
  // Many numbers in the code, few of them active at a time, without layers between.
  const Contest wide = {8, {"latent=128", "k=16", "rate=0.1", "active=16"}};
  const Contest quick = {8, {"samples=5"}};  // twenty take four times as long
  static const std::map<std::string, Contest> others = {
      {"linear", {4}},    // tends to PCA itself, from above
      {"info-vae", {5}},  // claims what codes look like, and pays for it
      {"stacked", {4}},   // spends most of so short a training on its layers one by one
      {"masked", {6}},    // is made to guess what is hidden
      {"masked-transformer", {8, {"patch=4"}}},
      {"vae-gan", {4}},  // compares features rather than pixels
      {"miwae", quick},
      {"sparse", wide},
      {"kl-sparse", wide},
      {"k-sparse", wide},
      {"batch-top-k", wide},
      {"jump-relu", wide},
      {"winner-take-all", wide},
      {"contractive", wide},
  };
  const auto found = others.find(model);
  return found == others.end() ? Contest() : found->second;
}

TEST_P(EveryModel, LearnsDigitsBetterThanPca) {
  const Dataset train = load_dataset("mnist?limit=4000", Split::train),
                test = load_dataset("mnist?limit=1000", Split::test);
  const Contest contest = contest_of(GetParam());
  const auto model = make(small_config(GetParam(), train.example_shape(),
                                       {.latent = "8", .hidden = "[128]", .channels = "[8, 16]"},
                                       contest.settings));
  Trainer trainer(*model, {.epochs = 10, .lr = 0.004}, Rng(2));
  Batches batches(train, 64, Rng(3));
  trainer.fit(batches, quiet);
  const std::vector<double> curve = trainer.history().curve("train_loss");
  EXPECT_LT(curve.back(), curve.front()) << GetParam() << ": its loss does not fall";
  const double error = metric(evaluate(*model, test, Rng(4)), "squared_error_per_image");
  const double pca = squared_error_per_example(fit_pca(train, contest.components), test);
  EXPECT_LT(error, pca) << GetParam() << " against PCA with " << contest.components
                        << " components";
  RecordProperty("squared_error", std::to_string(error));
}

INSTANTIATE_TEST_SUITE_P(Every, EveryModel, ::testing::ValuesIn(model_names()), test_name);

}  // namespace
}  // namespace hourglass::testing
