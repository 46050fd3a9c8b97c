#pragma once

#include <algorithm>
#include <cmath>

/// The loss of a VAE with a capacity (Burgess et al. 2018): the reconstruction term plus the
/// distance of the divergence from what the code is meant to carry, in nats:
///   reconstruction + γ |KL − capacity|
/// A capacity of 0, the default, makes it a β-VAE with β = γ. There is a bug in it.
inline double capacity_loss(double reconstruction, double kl, double gamma = 1,
                            double capacity = 0) {
  // BEGIN SOLUTION
  return reconstruction + gamma * std::abs(kl - capacity);
  // STUB
  //| kl = std::clamp(kl, 0.0, capacity);
  //| return reconstruction + gamma * kl;
  // END SOLUTION
}

/// What training sees of the term: the derivative of the loss with respect to the divergence.
inline double capacity_slope(double kl, double gamma = 1, double capacity = 0) {
  const double h = 1e-6;
  return (capacity_loss(0, kl + h, gamma, capacity) - capacity_loss(0, kl - h, gamma, capacity)) /
         (2 * h);
}
