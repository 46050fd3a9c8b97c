#pragma once

#include "hourglass/datasets/dataset.hpp"
#include "hourglass/models/core/autoencoder.hpp"
#include "hourglass/nn/training/history.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A model's metrics on a dataset, each a mean over its examples:
///   loss                      the training objective, in its own unit, and its named terms
///   active_units, codes_used, perplexity     if the model has them (code_metrics.hpp)
///   mse_per_pixel             Σ (x − x̂)² / F
///   squared_error_per_image   Σ (x − x̂)²
/// Where numbers of the examples are missing, the two errors are those of the known ones: what each
/// of these has on average, and F times that.
/// Where a loss couples the examples of a batch (Module::couples_examples), batches are drawn from the
/// whole set, so that the order of a file, often sorted by class, plays no part; such a loss also
/// depends on the size of a batch, which is up to 500 here.
/// Runs in evaluation mode. Noise in the loss is drawn from `rng`, so that the same generator gives
/// the same metrics. Throws ConfigError if the dataset is empty, DataError if numbers are missing
/// that the model needs, and NonFiniteError, which names the metric, the examples and the
/// operation, if a metric is not finite.
Metrics evaluate(Autoencoder& model, const Dataset& data, Rng rng);

/// The metric of this name. Throws Error if there is none.
double metric(const Metrics& metrics, const std::string& name);

/// The reconstruction x̂ of each row, in evaluation mode: (N, F)
Tensor reconstruct(Autoencoder& model, const Tensor& rows);

}}  // namespace hourglass
