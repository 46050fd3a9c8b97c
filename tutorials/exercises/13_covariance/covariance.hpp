#pragma once

#include "matmul.hpp"

/// c_jk = 1/n Σᵢ (x_ij − m_j)(x_ik − m_k), m_j the mean of column j: how the columns of x (n rows, d
/// columns) vary together. A (d, d) matrix. The subtraction comes before the products: E[x²] − E[x]²
/// is the same on paper, but loses all digits where means are large.
inline Array covariance(const Array& x) {
  // BEGIN SOLUTION
  const std::size_t n = x.shape[0], d = x.shape[1];
  Array centred = x, transposed({d, n});
  for (std::size_t j = 0; j < d; ++j) {
    double mean = 0;
    for (std::size_t i = 0; i < n; ++i) mean += x.at(i, j) / static_cast<double>(n);
    for (std::size_t i = 0; i < n; ++i) transposed.at(j, i) = centred.at(i, j) -= mean;
  }
  Array c = matmul(transposed, centred);
  for (double& each : c.data) each /= static_cast<double>(n);
  return c;
  // STUB
  //| // TODO: deviations from the means, then their products.
  //| return Array({x.shape[1], x.shape[1]});
  // END SOLUTION
}
