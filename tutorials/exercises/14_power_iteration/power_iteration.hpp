#pragma once

#include <cmath>

#include "matmul.hpp"

struct Eigen {
  double value;
  Array vector;  ///< (d, 1), of length 1; its sign is free
};

/// The largest eigenvalue of a symmetric matrix c without negative eigenvalues (a covariance) and its
/// eigenvector, to at least 8 digits if the second is no larger than 0.99 times the first.
inline Eigen largest_eigenvector(const Array& c) {
  // BEGIN SOLUTION
  Array v({c.shape[0], 1});
  for (std::size_t i = 0; i < v.size(); ++i) v[i] = 1 / static_cast<double>(i + 1);
  double length = 0;
  for (int step = 0; step < 10000; ++step) {
    Array w = matmul(c, v);
    length = 0;
    for (double each : w.data) length += each * each;
    length = std::sqrt(length);
    if (length == 0) break;
    double turned = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
      w[i] /= length;
      turned += std::abs(w[i] - v[i]);
    }
    v = w;
    if (turned < 1e-13) break;
  }
  return {length, v};
  // STUB
  //| // TODO: multiply, bring to length 1, again.
  //| return {0, Array({c.shape[0], 1})};
  // END SOLUTION
}
