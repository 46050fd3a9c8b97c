#pragma once

#include <cstddef>
#include <string>
#include <xtensor/xarray.hpp>

#include "autograd/base/precision.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

/// A dense row-major array of `Scalar` of any rank; rank 0 holds one number.
using Tensor = xt::xarray<Scalar, xt::layout_type::row_major>;

/// The sizes of a tensor's axes. Up to four axes are kept without the heap.
using Shape = Tensor::shape_type;

/// The product of the sizes, 1 for rank 0. Throws ShapeError for more than memory can address.
std::size_t element_count(const Shape& shape);

/// A tensor of this shape whose elements are all `value`.
Tensor filled(const Shape& shape, Scalar value = 0);

/// "(128, 784)", as shapes are written in messages.
std::string to_text(const Shape& shape);

}  // namespace hourglass::inline HOURGLASS_PRECISION
