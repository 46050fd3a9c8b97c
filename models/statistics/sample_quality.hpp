#pragma once

#include "hourglass/autograd/base/tensor.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// How good generated examples are, taken together: each is given as a row of features, such as what a
// classifier that never saw them makes of it. All three figures are of that feature space: they
// compare samplers that are judged by one classifier, and nothing else (with another network's
// features than Inception's this is no "FID").

/// The Fréchet distance of two sets of samples, (N, D) and (M, D), each taken for a normal distribution:
///
///     d² = ‖m₁ − m₂‖² + tr C₁ + tr C₂ − 2 tr (C₁^½ C₂ C₁^½)^½         m: mean, C: covariance
///
/// 0 where they are the same; it sees what is missing as well as what is wrong. Roots of matrices
/// come from their eigenvalues. Heusel et al., "GANs trained by a two time-scale update rule
/// converge to a local Nash equilibrium", NIPS 2017; Dowson & Landau 1982.
/// Throws ConfigError for less than two rows, or rows of different widths.
double frechet_distance(const Tensor& a, const Tensor& b);

struct PrecisionRecall {
  double precision = 0;  ///< the share of generated rows that lie where real ones do
  double recall = 0;     ///< the share of real rows that lie where generated ones do
};
/// A set of samples covers the balls around its rows, each of which reaches to its k-th nearest
/// neighbour in the set. Low precision: pictures of nothing. Low recall: always the same.
/// Kynkäänniemi et al., "Improved precision and recall metric for assessing generative models",
/// NeurIPS 2019. Throws ConfigError where a set has no more than k rows.
PrecisionRecall precision_recall(const Tensor& real, const Tensor& generated, std::size_t k = 3);

}}  // namespace hourglass
