#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/autoencoder.hpp"
#include "nn/trainer.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

/// A model that can be asked for by name.
struct ModelInfo {
  std::string name, summary, objective, paper;

  /// Its options with their defaults, for people.
  std::vector<Setting> settings = {};
  /// How it is trained unless told otherwise.
  TrainingOptions training = {};
  /// Writes its options with their defaults to the config's table [model].
  std::function<void(Config&)> write_defaults = {};
  /// Makes one for examples of this shape from the table [model]. Throws ConfigError.
  std::function<std::unique_ptr<Autoencoder>(const Config&, const Shape& example_shape, Rng&)>
      make = {};
};

/// All models, in the order in which a course meets them.
const std::vector<ModelInfo>& shelf();

/// Throws ConfigError with the names that there are.
const ModelInfo& find_model(const std::string& name);

}  // namespace hourglass::inline HOURGLASS_PRECISION
