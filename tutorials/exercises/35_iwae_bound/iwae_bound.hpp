#pragma once

#include <cmath>
#include <vector>

#include "course/array.hpp"
#include "logsumexp.hpp"

/// The importance-weighted bound on log p(x) (Burda et al. 2016): for each example the logarithm of
/// the mean of its k weights w = p(x, z) / q(z | x), averaged over examples:
///   L = mean over b of  log( 1/k Σᵢ wᵢ_b )
/// `log_weights` is (k, examples): log wᵢ_b for the i-th code drawn for example b. The weights
/// themselves are too small for a double.
inline double iwae_bound(const Array& log_weights) {
  // BEGIN SOLUTION
  const std::size_t k = log_weights.shape[0], examples = log_weights.shape[1];
  double sum = 0;
  for (std::size_t b = 0; b < examples; ++b) {
    std::vector<double> column(k);
    for (std::size_t i = 0; i < k; ++i) column[i] = log_weights.at(i, b);
    sum += logsumexp(column) - std::log(static_cast<double>(k));
  }
  return sum / static_cast<double>(examples);
  // STUB
  //| // TODO: the logarithm of a mean, example by example.
  //| (void)log_weights;
  //| return 0;
  // END SOLUTION
}
