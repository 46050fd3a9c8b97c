#pragma once

#include <cmath>

#include "course/array.hpp"

/// z = μ + σ ε, entry by entry, with σ = exp(½ log σ²) and ε (`noise`) standard normal: a draw from a
/// normal distribution with mean μ and variance σ² (Kingma and Welling 2014).
inline Array reparameterize(const Array& mean, const Array& log_variance, const Array& noise);

struct ReparameterizeGradient {
  Array d_mean, d_log_variance;
};

/// The gradients with respect to μ and log σ², from dz.
inline ReparameterizeGradient reparameterize_backward(const Array& mean, const Array& log_variance, const Array& noise,
                                                      const Array& dz);

// BEGIN SOLUTION
inline Array reparameterize(const Array& mean, const Array& log_variance, const Array& noise) {
  Array z = mean;
  for (std::size_t i = 0; i < z.size(); ++i) z[i] += std::exp(log_variance[i] / 2) * noise[i];
  return z;
}

inline ReparameterizeGradient reparameterize_backward(const Array&, const Array& log_variance, const Array& noise,
                                                      const Array& dz) {
  Array d_log_variance(dz.shape);
  for (std::size_t i = 0; i < dz.size(); ++i)
    d_log_variance[i] = dz[i] * std::exp(log_variance[i] / 2) * noise[i] / 2;
  return {dz, d_log_variance};
}
// STUB
//| // TODO: both of them.
//| inline Array reparameterize(const Array& mean, const Array&, const Array&) { return mean; }
//| inline ReparameterizeGradient reparameterize_backward(const Array&, const Array&, const Array&, const Array& dz) {
//|   return {dz, dz};
//| }
// END SOLUTION
