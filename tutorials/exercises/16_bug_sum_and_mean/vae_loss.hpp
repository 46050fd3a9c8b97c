#pragma once

#include <cmath>

#include "course/array.hpp"

/// The loss of a VAE, minus its evidence lower bound, in nats for each image: the mean over images of
///   Σ over pixels ½ (x − y)²  +  Σ over code ½ (μ² + σ² − 1 − log σ²)
/// where y reconstructs x, both (images, pixels), and μ and log σ² are (images, code). (The normal
/// likelihood of deviation 1, without its constant.) There is a bug in it.
inline double vae_loss(const Array& x, const Array& y, const Array& mean, const Array& log_variance) {
  // BEGIN SOLUTION
  double loss = 0;
  for (std::size_t i = 0; i < x.size(); ++i) loss += (x[i] - y[i]) * (x[i] - y[i]) / 2;
  for (std::size_t i = 0; i < mean.size(); ++i)
    loss += (mean[i] * mean[i] + std::exp(log_variance[i]) - 1 - log_variance[i]) / 2;
  return loss / static_cast<double>(x.shape[0]);
  // STUB
  //| double reconstruction = 0, kl = 0;
  //| for (std::size_t i = 0; i < x.size(); ++i) reconstruction += (x[i] - y[i]) * (x[i] - y[i]) / 2;
  //| for (std::size_t i = 0; i < mean.size(); ++i)
  //|   kl += (mean[i] * mean[i] + std::exp(log_variance[i]) - 1 - log_variance[i]) / 2;
  //| return reconstruction / static_cast<double>(x.size()) + kl / static_cast<double>(x.shape[0]);
  // END SOLUTION
}
