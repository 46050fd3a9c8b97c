#pragma once

#include "hourglass/autograd/base/tensor.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A matrix in a product, as it is or transposed; refers to memory and copies nothing.
struct Factor {
  /// Throws ShapeError for a tensor without two axes.
  Factor(const Tensor& matrix, bool transposed = false);
  /// rows × columns numbers, row after row, in the middle of some tensor.
  Factor(const Scalar* data, std::size_t rows, std::size_t columns, bool transposed = false)
      : data(data), stored_rows(rows), stored_columns(columns), transposed(transposed) {}

  std::size_t rows() const { return transposed ? stored_columns : stored_rows; }
  std::size_t columns() const { return transposed ? stored_rows : stored_columns; }

  const Scalar* data;
  std::size_t stored_rows, stored_columns;
  bool transposed;
};

/// aᵀ, for a product
inline Factor transposed(const Tensor& matrix) {
  return Factor(matrix, true);
}
inline Factor transposed(Factor matrix) {
  matrix.transposed = !matrix.transposed;
  return matrix;
}

/// What happens to the numbers that the target of a sum already holds.
enum class Sum { replace, accumulate };

/// c = a b, or c += a b      a: (M, K)   b: (K, N)   c: (M, N)
/// by BLAS. Throws ShapeError where the sizes do not fit; `c` is never resized.
void gemm(Factor a, Factor b, Tensor& c, Sum sum = Sum::replace);
/// The same into M N numbers, row after row, in the middle of some tensor.
void gemm(Factor a, Factor b, Scalar* c, Sum sum = Sum::replace);

}}  // namespace hourglass
