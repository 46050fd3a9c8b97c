#pragma once

#include <string>
#include <utility>
#include <vector>

#include "hourglass/models/core/autoencoder.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// Finding what is unlike the rest. A model that has learnt normal examples alone rebuilds others
// badly, and gives them codes that no normal example has. Each of that is a score, one number for
// each example, the higher the stranger:
//
//   squared       ‖x − x̂‖²                                       (Japkowicz et al. 1995)
//   absolute      Σ |x − x̂|, which single pixels weigh in less
//   structural    1 − SSIM(x, x̂), for images: are light, contrast and form alike in every small
//                 window (Wang et al. 2004; Bergmann et al. 2019)
//   elbo          the negative evidence lower bound in nats, for variational models: the mean of a
//                 few draws (An & Cho 2015)
//   mahalanobis   √((z − μ)ᵀ Σ⁻¹ (z − μ)) of the code z, by the codes of normal training examples
//   knn           the mean distance of z to the nearest of these codes
//   combined      the mean of all the above, each as its logarithm (elbo as it is, which is one)
//                 and standardised on normal validation examples
//
// What is above a threshold, chosen on normal examples, is called an anomaly (ranking.hpp).

/// Scores of examples by name: one column a score, one number an example.
struct Scores {
  std::vector<std::string> names;
  std::vector<std::vector<double>> columns;

  /// The column of this name. Throws ConfigError, which says which there are.
  const std::vector<double>& named(const std::string& name) const&;
  /// Of scores that end with the expression: a column that stays.
  std::vector<double> named(const std::string& name) && { return std::as_const(*this).named(name); }
  bool has(const std::string& name) const;
};

/// Scores every example of a dataset by one model.
class AnomalyDetector {
 public:
  /// Learns from normal examples alone: from `train`, those that the model learnt from, what codes
  /// they have; from `validation`, others where there are some, how much scores vary.
  /// Throws ConfigError where there are none, NonFiniteError as score() does.
  AnomalyDetector(Autoencoder& model, const Dataset& train, const Dataset& validation, Rng rng);

  /// Throws NonFiniteError where the model gives an example no finite score.
  Scores score(const Dataset& data) const;
  /// What it gave the validation examples: what thresholds are chosen on.
  const Scores& validation_scores() const { return validation_; }

 private:
  Scores basic_scores(const Dataset& data) const;
  void add_combined(Scores& scores) const;

  /// How a score spreads among normal examples.
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

/// The squared error with which PCA, fitted to `train`, rebuilds each example: what every other
/// score has to be better than.
std::vector<double> pca_residuals(const Dataset& train, const Dataset& data,
                                  std::size_t components);

/// 1 − the mean over all windows of 7 × 7 pixels (smaller images: one window) and channels of
///     SSIM = (2 μ μ' + c₁)(2 σ_xx' + c₂) / ((μ² + μ'² + c₁)(σ² + σ'² + c₂)),  c = 0.01², 0.03²
/// of two images of this shape, (C, H, W).
double structural_error(const Scalar* image, const Scalar* rebuilt, const Shape& shape);

}}  // namespace hourglass
