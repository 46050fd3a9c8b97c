#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <string>
#include <vector>

#include "hourglass/models/registry.hpp"
#include "hourglass/models/trained/model_file.hpp"

// Every model of the registry, made small enough for a test.

namespace hourglass::HOURGLASS_PRECISION::testing {

/// What a size in the options of a model becomes. Lists that are empty by default stay so.
struct SmallSizes {
  std::string latent, hidden, channels;
};

/// What some models want besides, so that it goes with a code of 4 or 8 numbers and small images.
inline std::vector<std::string> further_settings(const std::string& model) {
  if (model == "vq-vae" || model == "residual-vq") return {"positions=4"};
  if (model == "fsq") return {"levels=[16]"};
  if (model == "masked") return {"patch=2"};  // of an image of 4 × 4 there have to be several
  if (model == "masked-transformer") return {"patch=2", "width=16", "depth=1", "decoder_width=8"};
  if (model == "k-sparse" || model == "batch-top-k") return {"k=3"};
  if (model == "jump-relu") return {"active=2"};
  return {};
}

/// The names of the registry's models, which are the tests' parameters.
inline std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for (const ModelInfo& model : model_registry()) names.push_back(model.name);
  return names;
}

/// "beta-tc-vae" as a test's name: BetaTcVae.
inline std::string test_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string name;
  bool starts_word = true;
  for (char c : info.param) {
    if (c != '-') name += starts_word ? static_cast<char>(std::toupper(c)) : c;
    starts_word = c == '-';
  }
  return name;
}

/// The config of a model with its defaults, but for its sizes and for `settings` ("key=value").
/// What the model does not have is left out; a size that is 0 or [] by default stays so.
inline Config small_config(const std::string& name, const Shape& example_shape,
                           const SmallSizes& sizes, const std::vector<std::string>& settings = {}) {
  Config config;
  RunOptions run{.model = name};
  run.example_shape.assign(example_shape.begin(), example_shape.end());
  write_options(config, "run", run);
  find_model(name).write_defaults(config);
  std::map<std::string, std::string> defaults;
  for (const Setting& setting : config.list()) defaults[setting.name] = setting.value;

  const auto set = [&](const std::string& key, const std::string& value, bool is_size) {
    const auto known = defaults.find("model." + key);
    if (known == defaults.end()) return;
    if (is_size && (known->second == "[]" || known->second == "0")) return;
    config.set(key + "=" + value, "model");
  };
  set("latent", sizes.latent, true);
  set("hidden", sizes.hidden, true);
  set("channels", sizes.channels, true);
  for (const std::string& further : further_settings(name)) config.set(further, "model");
  for (const std::string& setting : settings) {
    const std::size_t equals = setting.find('=');
    set(setting.substr(0, equals), setting.substr(equals + 1), false);
  }
  return config;
}

/// Labels 0, 1, 2, 0, 1, 2, …, for the models that want some.
inline std::vector<std::uint8_t> some_labels(std::size_t count) {
  std::vector<std::uint8_t> labels(count);
  for (std::size_t i = 0; i < count; ++i) labels[i] = static_cast<std::uint8_t>(i % 3);
  return labels;
}

}  // namespace hourglass::testing
