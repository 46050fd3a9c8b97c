#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "models/variational.hpp"
#include "nn/history.hpp"

// How autoencoders fail without an error, as figures on data and as warnings in plain words. The
// model is out of training meanwhile. All throw ConfigError where the dataset is empty.

namespace hourglass::inline HOURGLASS_PRECISION {

/// The mean over the data of KL(q(z_k | x) ‖ p(z_k)) for each number k of the code, in nats.
std::vector<double> kl_per_dimension(Variational& model, const Dataset& data, Rng rng);

/// The variance over the data of each number of the code. For a variational model, whose code is
/// the mean of q(z | x), those above 0.01 are active units (Burda, Grosse & Salakhutdinov,
/// "Importance Weighted Autoencoders", ICLR 2016).
std::vector<double> code_variances(Autoencoder& model, const Dataset& data);
std::size_t count_active(const std::vector<double>& variances);

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
Figures code_figures(Autoencoder& model, const Dataset& data);

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
    no_waist,
    loses_to_baseline
  };
  Failure failure;
  std::string text;
};

/// Looks at a model that has been trained for `history` (may be empty) with `data`, some thousand
/// examples, for all of the failures. Healthy models give none.
std::vector<Warning> warnings(Autoencoder& model, const Dataset& data, const History& history,
                              Rng rng);

/// Whether a model rebuilds examples worse than PCA with as many numbers in its code, which is the
/// best that a linear one can do: `figures` are those of evaluate() on `data`, `pca_error` is PCA's
/// squared error per example on the same ones. None where the two cannot be compared: a code as
/// wide as an example, one that is mostly zeros, one of a codebook, or a model that learnt classes.
std::optional<Warning> loses_to_pca(Autoencoder& model, const Dataset& data, const Figures& figures,
                                    double pca_error);

}  // namespace hourglass::inline HOURGLASS_PRECISION
