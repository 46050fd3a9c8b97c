#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hourglass/models/core/autoencoder.hpp"
#include "hourglass/nn/training/history.hpp"

// How autoencoders fail silently, as warnings in plain words. Models run in evaluation mode. All
// throw ConfigError if the dataset is empty.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// One way in which training fails, and a text about it: the metric, its meaning and what would
/// help.
struct Warning {
  enum class Failure {
    posterior_collapse,
    dead_codes,
    dead_features,
    saturated,
    same_for_all,
    standstill,
    ignores_class,
    no_bottleneck,
    loses_to_baseline
  };
  Failure failure;
  std::string text;
};

/// Checks a trained model for all of the failures, given its training `history` (may be empty) and
/// `data`, about a thousand examples. Healthy models give none.
std::vector<Warning> diagnose(Autoencoder& model, const Dataset& data, const History& history,
                              Rng rng);

/// A warning if a model reconstructs examples worse than PCA with as many dimensions, the best
/// linear model: `figures` are those of evaluate() on `data`, `pca_error` is PCA's squared error
/// per example on the same ones. None if the two cannot be compared: a code as wide as an example,
/// one that is mostly zeros, one from a codebook, or a model that was trained on classes.
std::optional<Warning> loses_to_pca(Autoencoder& model, const Dataset& data, const Metrics& figures,
                                    double pca_error);

}}  // namespace hourglass
