#include "hourglass/models/statistics/cholesky.hpp"

#include <cmath>

namespace hourglass { inline namespace HOURGLASS_PRECISION {

Tensor cholesky_factor(const Tensor& matrix) {
  const std::size_t size = matrix.shape()[0];
  Tensor a = filled({size, size});
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double rest = matrix(i, j);
      for (std::size_t k = 0; k < j; ++k) rest -= static_cast<double>(a(i, k)) * a(j, k);
      if (i == j)
        a(i, i) = static_cast<Scalar>(rest > 1e-6 * matrix(i, i) ? std::sqrt(rest) : 0);
      else
        a(i, j) = static_cast<Scalar>(a(j, j) > 0 ? rest / a(j, j) : 0);
    }
  return a;
}

}}  // namespace hourglass
