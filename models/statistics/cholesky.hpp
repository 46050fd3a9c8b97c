#pragma once

#include "hourglass/autograd/base/tensor.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The Cholesky factor of a symmetric matrix: A lower triangular, A Aᵀ = the matrix. The matrix may
/// be singular: columns of A whose pivot is 0, up to rounding, are 0.
Tensor cholesky_factor(const Tensor& matrix);

}}  // namespace hourglass
