#pragma once

#include <cstddef>
#include <vector>

#include "course/array.hpp"

/// For each row of z (n, d), the index of the row of e (k, d) that is nearest to it: the smallest Σ
/// (z − e)². If two are equally near, the first.
inline std::vector<std::size_t> nearest(const Array& z, const Array& e);

struct VqLoss {
  double loss = 0;
  Array dz, de;  // of the shapes of z and e
};

/// The loss of a codebook e (van den Oord et al. 2017), with eᵢ the vector nearest to row i of z:
///   L = mean over rows of  ‖sg[zᵢ] − eᵢ‖² + β ‖zᵢ − sg[eᵢ]‖²
/// and its gradients; no gradient passes through sg[·].
inline VqLoss vq_loss(const Array& z, const Array& e, double beta);

// BEGIN SOLUTION
inline std::vector<std::size_t> nearest(const Array& z, const Array& e) {
  std::vector<std::size_t> choice(z.shape[0]);
  for (std::size_t i = 0; i < choice.size(); ++i) {
    double least = 0;
    for (std::size_t k = 0; k < e.shape[0]; ++k) {
      double distance = 0;
      for (std::size_t j = 0; j < z.shape[1]; ++j)
        distance += (z.at(i, j) - e.at(k, j)) * (z.at(i, j) - e.at(k, j));
      if (k == 0 || distance < least) least = distance, choice[i] = k;
    }
  }
  return choice;
}

inline VqLoss vq_loss(const Array& z, const Array& e, double beta) {
  VqLoss result{0, Array(z.shape), Array(e.shape)};
  const std::vector<std::size_t> choice = nearest(z, e);
  const auto n = static_cast<double>(z.shape[0]);
  for (std::size_t i = 0; i < z.shape[0]; ++i)
    for (std::size_t j = 0; j < z.shape[1]; ++j) {
      const double d = z.at(i, j) - e.at(choice[i], j);
      result.loss += (1 + beta) * d * d / n;
      result.dz.at(i, j) = 2 * beta * d / n;
      result.de.at(choice[i], j) -= 2 * d / n;
    }
  return result;
}
// STUB
//| // TODO: the choice, then the loss and its two gradients.
//| inline std::vector<std::size_t> nearest(const Array& z, const Array&) {
//|   return std::vector<std::size_t>(z.shape[0]);
//| }
//|
//| inline VqLoss vq_loss(const Array& z, const Array& e, double) { return {0, z, e}; }
// END SOLUTION
