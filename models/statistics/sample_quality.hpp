#pragma once

#include "hourglass/autograd/base/tensor.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// The quality of a set of generated examples, each given as a row of features, for instance those
// of a classifier that was not trained on it. All three metrics belong to that feature space: they
// compare samplers that are judged by the same classifier, and nothing else (with features of a
// network other than Inception this is no "FID").

/// The Fréchet distance between two sets of samples, (N, D) and (M, D), each taken to be normal:
///
///     d² = ‖m₁ − m₂‖² + tr C₁ + tr C₂ − 2 tr (C₁^½ C₂ C₁^½)^½         m: mean, C: covariance
///
/// 0 if they are the same; it penalises what is missing as well as what is wrong. Covariances are
/// divided by N − 1, as is usual for this distance, and all is in double: features of networks often
/// go together, and the small eigenvalues of C₁ and C₂ count by their roots. Roots of matrices are
/// computed from their eigenvalues. Heusel et al., "GANs trained by a two time-scale update
/// rule converge to a local Nash equilibrium", NIPS 2017; Dowson & Landau 1982.
/// Throws ConfigError for fewer than two rows, or rows of different widths.
double frechet_distance(const Tensor& a, const Tensor& b);

struct PrecisionRecall {
  double precision = 0;  ///< the fraction of generated rows that lie where real ones do
  double recall = 0;     ///< the fraction of real rows that lie where generated ones do
};
/// A set of samples covers the balls around its rows, each with the distance to its k-th nearest
/// neighbour in the set as radius. Low precision: unrealistic pictures. Low recall: too little
/// variety. Kynkäänniemi et al., "Improved precision and recall metric for assessing generative
/// models", NeurIPS 2019. Throws ConfigError if a set has no more than k rows.
PrecisionRecall precision_recall(const Tensor& real, const Tensor& generated, std::size_t k = 3);

}}  // namespace hourglass
