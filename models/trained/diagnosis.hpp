#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hourglass/models/core/autoencoder.hpp"
#include "hourglass/nn/training/history.hpp"

// How autoencoders fail without an error, as warnings in plain words. The model is out of training
// meanwhile. All throw ConfigError where the dataset is empty.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// One way in which training fails, and what there is to say about it: the figure, what it means,
/// what would help.
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

/// Looks at a model that has been trained for `history` (may be empty) with `data`, some thousand
/// examples, for all of the failures. Healthy models give none.
std::vector<Warning> diagnose(Autoencoder& model, const Dataset& data, const History& history,
                              Rng rng);

/// Whether a model rebuilds examples worse than PCA with as many numbers in its code, which is the
/// best that a linear one can do: `figures` are those of evaluate() on `data`, `pca_error` is PCA's
/// squared error per example on the same ones. None where the two cannot be compared: a code as
/// wide as an example, one that is mostly zeros, one of a codebook, or a model that learnt classes.
std::optional<Warning> loses_to_pca(Autoencoder& model, const Dataset& data, const Metrics& figures,
                                    double pca_error);

}}  // namespace hourglass
