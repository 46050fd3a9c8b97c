#pragma once

#include "hourglass/autograd/base/tensor.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A with A Aᵀ = the symmetric matrix, A lower triangular: Cholesky's factor. Along a direction in
/// which the matrix has no extent, but for rounding, A has none either.
Tensor cholesky_factor(const Tensor& matrix);

}}  // namespace hourglass
