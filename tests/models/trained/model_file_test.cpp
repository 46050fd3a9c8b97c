#include "hourglass/models/trained/model_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "hourglass/models/core/evaluation.hpp"
#include "hourglass/models/registry.hpp"
#include "hourglass/nn/files/safetensors.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

constexpr const char* config_text = R"([run]
model = "vanilla"
example_shape = [1, 4, 3]

[model]
latent = 2
hidden = [5]
activation = "tanh"
)";

class ModelFile : public ::testing::Test {
 protected:
  ModelFile() {
    Rng rng(5);
    model = make_model(config, rng);
    save_model(file, *model, config);
  }

  /// The error of loading the file once it has this config, or no tensor of this name.
  std::string load_error(const std::string& config_of_file, const std::string& without = "") {
    TensorFile saved = read_safetensors(file);
    std::vector<NamedTensor> tensors;
    for (const auto& [name, value] : saved.tensors)
      if (name != without) tensors.push_back({name, &value});
    const auto damaged = folder / "damaged.safetensors";
    write_safetensors(damaged, tensors, {{"hourglass", config_of_file}});
    const std::string message = message_of<DataError>([&] { load_model(damaged); });
    EXPECT_PRED2(starts_with, message, damaged.string() + ":");
    EXPECT_EQ(message.find(damaged.string(), 1), std::string::npos) << "named twice: " << message;
    EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 0) << message;
    return message.substr(std::min(message.size(), damaged.string().size()));
  }

  TestFolder folder;
  const std::filesystem::path file = folder / "model.safetensors";
  const Config config = Config::parse(config_text, "test");
  std::unique_ptr<Autoencoder> model;
};

TEST_F(ModelFile, GivesTheSameReconstructionBitForBit) {
  const TrainedModel loaded = load_model(file);
  const Tensor x = random_tensor({7, 12}, 1, 0, 1);
  EXPECT_TRUE(is_same(reconstruct(*loaded.model, x), reconstruct(*model, x)));
  EXPECT_EQ(loaded.config.text(), config.text());
  EXPECT_EQ(loaded.run.model, "vanilla");
  EXPECT_EQ(loaded.run.example_shape, (std::vector<std::size_t>{1, 4, 3}));
}

/// What an older version wrote: a model of today's with the option that stands for yesterday's, and
/// a config without that option.
struct OlderModelFile : ::testing::Test {
  Config config(const std::string& model, const std::string& options) const {
    return Config::parse(
        "[run]\nmodel = \"" + model + "\"\nexample_shape = [6]\n\n[model]\n" + options, "test");
  }

  /// Loads a file that lacks `option`, and expects the same model.
  TrainedModel load(const std::string& name, const std::string& options,
                    const std::string& option) const {
    Rng rng(5);
    const auto model = make_model(config(name, options + option), rng);
    save_model(file, *model, config(name, options));
    TrainedModel loaded = load_model(file);
    const Tensor x = random_tensor({7, 6}, 1, 0, 1);
    EXPECT_TRUE(is_same(reconstruct(*loaded.model, x), reconstruct(*model, x)));
    return loaded;
  }

  TestFolder folder;
  std::filesystem::path file = folder / "model.safetensors";
};

TEST_F(OlderModelFile, HasTheOptionsThatStoodForThoseItLacks) {
  // A contractive model before there were tied weights: its decoder has weights of its own.
  const std::string options = "latent = 3\nhidden = []\n";
  const TrainedModel loaded = load("contractive", options, "tied = false\n");
  EXPECT_EQ(loaded.config.text(), config("contractive", options).text())
      << "what is derived has its fingerprint";
  save_model(file, *loaded.model, config("contractive", options + "tied = true\n"));
  EXPECT_PRED2(contains, message_of<DataError>([&] { load_model(file); }),
               "holds 'decoder.0.weight', which the model of its config does not have");
}

TEST_F(OlderModelFile, HasAPosteriorThatDoesNotSeeTheClass) {
  load("conditional-vae", "latent = 3\nhidden = [4]\n", "posterior_sees_class = false\n");
}

TEST_F(ModelFile, IsFoundInItsRunsFolder) {
  const TrainedModel loaded = load_model(folder / ".");
  EXPECT_EQ(loaded.model->latent(), 2u);
}

TEST_F(ModelFile, IsRefusedWhereItsConfigNamesNoModel) {
  EXPECT_PRED2(starts_with, load_error("[run]\nmodel = \"hopfield\"\n"),
               ": unknown model 'hopfield'; ");
}

TEST_F(ModelFile, IsRefusedWhereItsConfigIsDamaged) {
  EXPECT_PRED2(starts_with, load_error("[run\nmodel"), ":1:");  // line and column
  EXPECT_PRED2(contains, load_error("[run]\nmodel = 3\n"), "run.model is 3, but a string");
  EXPECT_PRED2(contains, load_error("[run]\nmodle = \"vanilla\"\n"), "run.modle is not a setting");
  EXPECT_PRED2(contains, load_error("[model]\nhidden = [5, 0]\n"),
               "Linear: 5 inputs and 0 outputs");
}

TEST_F(ModelFile, IsRefusedWhereItsConfigIsOfAnotherModel) {
  const std::string error = load_error("[run]\nexample_shape = [13]\n[model]\nhidden = [5]\n");
  EXPECT_PRED2(contains, error, "'encoder.0.weight' is (5, 12) but the model's is (5, 13)");
}

TEST_F(ModelFile, IsRefusedInALineWhereItsConfigAsksForMoreThanAnyMemoryHolds) {
  EXPECT_PRED2(contains, load_error("[run]\nexample_shape = [12]\n[model]\nlatent = 1000000000\n"),
               "Linear: a weight of (1000000000, 256) would have more than 1073741824 numbers");
  EXPECT_PRED2(contains, load_error("[run]\nexample_shape = [4294967296, 4294967296]\n"),
               "run.example_shape is (4294967296, 4294967296): more than 1073741824 numbers");
}

TEST_F(ModelFile, IsLoadedOutOfTraining) {
  EXPECT_FALSE(load_model(file).model->training());
}

TEST_F(ModelFile, IsRefusedWhereATensorIsMissing) {
  EXPECT_EQ(load_error(config_text, "decoder.2.bias"),
            ": holds no 'decoder.2.bias', so it was written by another model");
}

TEST_F(ModelFile, IsRefusedWhereItHasNoConfig) {
  write_safetensors(file, {}, {});
  EXPECT_EQ(message_of<DataError>([&] { load_model(file); }),
            file.string() + ": holds weights but no config: it is not a model of Hourglass");
}

TEST_F(ModelFile, IsRefusedWhereThereIsNone) {
  const auto none = folder / "none.safetensors";
  EXPECT_PRED2(starts_with, message_of<DataError>([&] { load_model(none); }), none.string() + ": ");
}

TEST(ModelRegistry, MakesEveryModelFromItsDefaults) {
  for (const ModelInfo& info : model_registry()) {
    Config config;
    info.write_defaults(config);
    Rng rng(1);
    const auto model = info.make(config, {1, 28, 28}, rng);
    EXPECT_GT(model->parameter_count(), 0u) << info.name;
    const Tensor x = random_tensor({2, 784}, 1, 0, 1);
    EXPECT_EQ(reconstruct(*model, x).shape(), x.shape()) << info.name;
    EXPECT_EQ(&find_model(info.name), &info);
  }
}

TEST(ModelRegistry, DescribesEveryModel) {
  for (const ModelInfo& info : model_registry()) {
    for (const std::string& text : {info.name, info.summary, info.objective, info.paper})
      EXPECT_NE(text, "") << info.name;
    EXPECT_FALSE(info.settings.empty()) << info.name;
    for (const Setting& setting : info.settings) EXPECT_NE(setting.help, "") << setting.name;
  }
}

TEST(ModelRegistry, RefusesANameThatIsOnNoModel) {
  const std::string message = message_of<ConfigError>([] { find_model("vanila"); });
  EXPECT_PRED2(starts_with, message, "unknown model 'vanila'; ");
  EXPECT_PRED2(contains, message, "vanilla");
}

}  // namespace
}  // namespace hourglass::testing
