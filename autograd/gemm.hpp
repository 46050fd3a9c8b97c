#pragma once

#include "autograd/tensor.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

/// A matrix in a product, as it is or transposed; refers to the tensor and copies nothing.
struct Factor {
  Factor(const Tensor& matrix, bool transposed = false) : matrix(matrix), transposed(transposed) {}

  std::size_t rows() const { return matrix.shape()[transposed ? 1 : 0]; }
  std::size_t columns() const { return matrix.shape()[transposed ? 0 : 1]; }

  const Tensor& matrix;
  bool transposed;
};

/// aᵀ, for a product
inline Factor transposed(const Tensor& matrix) {
  return Factor(matrix, true);
}

/// What happens to the numbers that the target of a sum already holds.
enum class Sum { replace, accumulate };

/// c = a b, or c += a b      a: (M, K)   b: (K, N)   c: (M, N)
/// by BLAS. Throws ShapeError where the sizes do not fit; `c` is never resized.
void gemm(Factor a, Factor b, Tensor& c, Sum sum = Sum::replace);

}  // namespace hourglass::inline HOURGLASS_PRECISION
