#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "autograd/tensor.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

// NumPy's file format (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): a
// line that says the type and the shape of an array, then its numbers in row-major order.

/// The tensor as the bytes of an NPY file of little-endian float32 (float64 in the double build).
std::string to_npy(const Tensor& tensor);

/// Bytes, such as labels, as those of an NPY file of uint8 with one axis.
std::string to_npy(std::span<const std::uint8_t> bytes);

}  // namespace hourglass::inline HOURGLASS_PRECISION
