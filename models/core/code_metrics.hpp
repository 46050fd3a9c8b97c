#pragma once

#include <cstddef>
#include <vector>

#include "hourglass/datasets/dataset.hpp"
#include "hourglass/models/core/variational.hpp"
#include "hourglass/nn/training/history.hpp"

// Metrics of a model's codes on a dataset, in evaluation mode. All throw ConfigError if the dataset
// is empty.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The mean over the data of KL(q(z_k | x) ‖ p(z_k)) for each latent dimension k, in nats.
std::vector<double> kl_per_dimension(Variational& model, const Dataset& data, Rng rng);

/// The variance over the data of each latent dimension. In a variational model, whose code is the
/// mean of q(z | x), those above 0.01 are active units (Burda, Grosse & Salakhutdinov, "Importance
/// Weighted Autoencoders", ICLR 2016).
std::vector<double> code_variances(Autoencoder& model, const Dataset& data);
std::size_t count_active(const std::vector<double>& variances);

/// The number of latent dimensions that may or may not be active: all but the class probabilities
/// at the end of a conditional model's code, which always vary.
std::size_t free_units(const Autoencoder& model);
/// How many of those are active.
std::size_t active_units(Autoencoder& model, const Dataset& data);

/// How often each code vector is used in the codes of a dataset.
struct CodebookUse {
  std::vector<std::size_t> counts = {};

  /// How many vectors are used at all.
  std::size_t used() const;
  /// exp(−Σ p ln p), with p the relative frequency of each vector: the number of vectors, used
  /// equally often, that would carry as much information.
  double perplexity() const;
};
/// Throws ConfigError if the model has no codebook.
CodebookUse codebook_use(Autoencoder& model, const Dataset& data);

/// The metrics that `evaluate` adds for models that have them: active_units; codes_used,
/// perplexity; and of codes of examples with known factors (datasets/synthetic/shapes.hpp) those of
/// models/statistics/disentanglement.hpp: mig, dci_…, factor_vae_score.
Metrics code_metrics(Autoencoder& model, const Dataset& data);

/// Throws ConfigError if there are no examples.
void expect_examples(const Dataset& data);

}}  // namespace hourglass
