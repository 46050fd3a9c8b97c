#pragma once

#include <string>
#include <utility>
#include <vector>

#include "hourglass/models/core/autoencoder.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// Anomaly detection. A model that was trained on normal examples only reconstructs others badly,
// and gives them codes that no normal example has. Both make scores, one number for each example,
// higher for a more anomalous one:
//
//   squared       ‖x − x̂‖²                                       (Japkowicz et al. 1995)
//   absolute      Σ |x − x̂|, in which single pixels weigh less
//   structural    1 − SSIM(x, x̂), for images: do luminance, contrast and structure agree in every
//                 small window (Wang et al. 2004; Bergmann et al. 2019)
//   elbo          the negative evidence lower bound in nats, for variational models that have a
//                 likelihood of x: the mean of a few draws (An & Cho 2015)
//   mahalanobis   √((z − μ)ᵀ Σ⁻¹ (z − μ)) of the code z, with μ and Σ of the normal training codes
//   knn           the mean distance of z to the nearest of these codes
//   combined      the mean of all the above, each standardised on normal validation examples after
//                 taking its logarithm (elbo as it is, since it is one)
//
// Examples above a threshold that is chosen on normal examples are called anomalies (ranking.hpp).

/// Scores of examples by name: one column per score, one number per example.
struct Scores {
  std::vector<std::string> names;
  std::vector<std::vector<double>> columns;

  /// The column of this name. Throws ConfigError, which lists the names, if there is none.
  const std::vector<double>& named(const std::string& name) const&;
  /// The same for temporary scores: a copy of the column.
  std::vector<double> named(const std::string& name) && { return std::as_const(*this).named(name); }
  bool has(const std::string& name) const;
};

/// Scores the examples of datasets with one model.
class AnomalyDetector {
 public:
  /// Learns from normal examples only: the distribution of codes from `train`, the model's training
  /// examples; the spread of the scores from `validation`, other examples if there are any.
  /// Throws ConfigError if there are none, DataError and NonFiniteError as score() does.
  AnomalyDetector(Autoencoder& model, const Dataset& train, const Dataset& validation, Rng rng);

  /// The scores of all examples. Throws DataError if values are missing, NonFiniteError if a score is
  /// not finite.
  Scores score(const Dataset& data) const;
  /// The scores of the validation examples, on which thresholds are chosen.
  const Scores& validation_scores() const { return validation_; }

 private:
  Scores basic_scores(const Dataset& data) const;
  void add_combined(Scores& scores) const;

  /// The distribution of a score among normal examples.
  struct Standard {
    bool logarithmic;
    double mean = 0, deviation = 1;
    double operator()(double score) const;
  };
  static Standard standard_of(const std::vector<double>& values, bool logarithmic);

  Autoencoder& model_;
  Rng rng_;
  Tensor codes_;      ///< of normal training examples: (N, L)
  Tensor whitening_;  ///< (L, L), after which these codes have covariance 1
  Tensor centre_;     ///< their mean: (L)
  std::vector<Standard> standards_;
  Scores validation_;
};

/// The squared reconstruction error of each example by PCA fitted to `train`: the baseline for
/// every other score.
std::vector<double> pca_residuals(const Dataset& train, const Dataset& data,
                                  std::size_t components);

/// One minus the mean over all windows of 7 × 7 pixels (smaller images: one window) and channels of
///     SSIM = (2 μ μ' + c₁)(2 σ_xx' + c₂) / ((μ² + μ'² + c₁)(σ² + σ'² + c₂)),  c = 0.01², 0.03²
/// of two images of this shape, (C, H, W).
double structural_error(const Scalar* image, const Scalar* rebuilt, const Shape& shape);

}}  // namespace hourglass
