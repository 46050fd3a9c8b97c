#pragma once

#include "hourglass/datasets/dataset.hpp"
#include "hourglass/models/core/autoencoder.hpp"
#include "hourglass/nn/training/history.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A model's figures on a dataset, each a mean over its examples:
///   loss                      what the model minimises, in its own unit, and its named terms
///   active_units, codes_used, perplexity     where it has them (code_metrics.hpp)
///   mse_per_pixel             Σ (x − x̂)² / F
///   squared_error_per_image   Σ (x − x̂)²
/// The model is out of training meanwhile. Noise in the loss is drawn from `rng`, so that the same
/// generator gives the same figures. Throws ConfigError where the dataset is empty, NonFiniteError
/// where a figure is no finite number, which names it, the examples and the operation.
Metrics evaluate(Autoencoder& model, const Dataset& data, Rng rng);

/// One of the metrics. Throws Error where there is none of this name.
double metric(const Metrics& metrics, const std::string& name);

/// x̂ of each row of x, by the model out of training: (N, F)
Tensor reconstruct(Autoencoder& model, const Tensor& rows);

}}  // namespace hourglass
