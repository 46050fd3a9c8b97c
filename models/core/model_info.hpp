#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "hourglass/models/core/autoencoder.hpp"
#include "hourglass/nn/files/config.hpp"
#include "hourglass/nn/training/training_options.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A registry entry: a model that can be made by name.
struct ModelInfo {
  std::string name, summary, objective, paper;

  /// The default training options.
  TrainingOptions training = {};
  /// Options that files of earlier versions do not have, with the values that stood for them:
  /// "tied=false".
  std::vector<std::string> older = {};
  /// The model's options with their defaults, for display.
  std::vector<Setting> settings = {};
  /// Writes its options with their defaults to the config's table [model].
  std::function<void(Config&)> write_defaults = {};
  /// Makes the model for examples of this shape from the table [model]. Throws ConfigError.
  std::function<std::unique_ptr<Autoencoder>(const Config&, const Shape& example_shape, Rng&)>
      make = {};
};

/// Completes an entry that has its texts with what the model's types determine; `defaults` are the
/// values of options that are not set.
template <class Model, class Options>
ModelInfo model_info(ModelInfo info, const Options& defaults = {}) {
  Settings listing = Settings::listing(info.settings);
  Options(defaults).describe(listing);
  info.write_defaults = [defaults](Config& config) { write_options(config, "model", defaults); };
  info.make = [defaults](const Config& config, const Shape& example_shape, Rng& rng) {
    const auto options = read_options<Options>(config, "model", defaults);
    return std::make_unique<Model>(example_shape, options, rng);
  };
  return info;
}

}}  // namespace hourglass
