#pragma once

#include <cstddef>
#include <string>
#include <xsimd/xsimd.hpp>
#include <xtensor/xarray.hpp>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A dense row-major array of `Scalar` of any rank; rank 0 holds one number. Its memory begins at a
/// multiple of 64 bytes whatever the compiler's flags, so that code for one processor can hand
/// tensors to code for another.
using Tensor = xt::xarray<Scalar, xt::layout_type::row_major, xsimd::aligned_allocator<Scalar, 64>>;

/// The sizes of a tensor's axes. Up to four axes are kept without the heap.
using Shape = Tensor::shape_type;

/// The product of the sizes, 1 for rank 0. Throws ShapeError for more than memory can address.
std::size_t element_count(const Shape& shape);

/// A tensor of this shape whose elements are all `value`.
Tensor filled(const Shape& shape, Scalar value = 0);

/// "(128, 784)", as shapes are written in messages.
std::string to_text(const Shape& shape);

}}  // namespace hourglass
