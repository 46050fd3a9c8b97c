#pragma once

#include "course/array.hpp"

/// The contractive penalty (Rifai et al. 2011): the mean over examples of ‖∂h/∂x‖², all entries of the
/// Jacobian squared and summed, for the code h = sigmoid(x w + b). h is (examples, code), w is
/// (inputs, code).
inline double contractive_penalty(const Array& h, const Array& w) {
  // BEGIN SOLUTION
  std::vector<double> length(w.shape[1]);
  for (std::size_t i = 0; i < w.shape[0]; ++i)
    for (std::size_t j = 0; j < w.shape[1]; ++j) length[j] += w.at(i, j) * w.at(i, j);
  double sum = 0;
  for (std::size_t n = 0; n < h.shape[0]; ++n)
    for (std::size_t j = 0; j < h.shape[1]; ++j) {
      const double slope = h.at(n, j) * (1 - h.at(n, j));
      sum += slope * slope * length[j];
    }
  return sum / static_cast<double>(h.shape[0]);
  // STUB
  //| // TODO: the Jacobian's entries, squared and summed.
  //| (void)h, (void)w;
  //| return 0;
  // END SOLUTION
}
