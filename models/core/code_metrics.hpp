#pragma once

#include <cstddef>
#include <vector>

#include "hourglass/datasets/dataset.hpp"
#include "hourglass/models/core/variational.hpp"
#include "hourglass/nn/training/history.hpp"

// What codes are made of, as figures on data. The model is out of training meanwhile. All throw
// ConfigError where the dataset is empty.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The mean over the data of KL(q(z_k | x) ‖ p(z_k)) for each number k of the code, in nats.
std::vector<double> kl_per_dimension(Variational& model, const Dataset& data, Rng rng);

/// The variance over the data of each number of the code. For a variational model, whose code is
/// the mean of q(z | x), those above 0.01 are active units (Burda, Grosse & Salakhutdinov,
/// "Importance Weighted Autoencoders", ICLR 2016).
std::vector<double> code_variances(Autoencoder& model, const Dataset& data);
std::size_t count_active(const std::vector<double>& variances);

/// How many numbers of a variational model's code are free: those of a conditional one end with its
/// classes' probabilities, which vary whatever else does.
std::size_t free_units(const Autoencoder& model);
/// How many of those are active.
std::size_t active_units(Autoencoder& model, const Dataset& data);

/// How often each vector of a codebook stands in the codes of a dataset.
struct CodebookUse {
  std::vector<std::size_t> counts = {};

  /// How many vectors are used at all.
  std::size_t used() const;
  /// exp(−Σ p ln p), p each vector's share: as many vectors, used equally often, would tell as
  /// much.
  double perplexity() const;
};
/// Throws ConfigError where the model has no codebook.
CodebookUse codebook_use(Autoencoder& model, const Dataset& data);

/// What `evaluate` adds for the models that have it: active_units; codes_used and perplexity.
Metrics code_metrics(Autoencoder& model, const Dataset& data);

/// Throws ConfigError where there are none.
void expect_examples(const Dataset& data);

}}  // namespace hourglass
