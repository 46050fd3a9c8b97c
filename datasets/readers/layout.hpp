#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Brings images of shape (N, H, W, C), as NumPy and Keras keep them, into (N, C, H, W). Which they
/// are `layout` says, "nchw" or "nhwc"; where it is empty, they are the former only if the last
/// axis has 1, 3 or 4 elements and the second has not. Returns what it was taken for where that was
/// told by the sizes, else an empty text. Does nothing to arrays of other than four axes.
std::string to_channels_first(std::vector<std::size_t>& shape, std::vector<std::uint8_t>& bytes,
                              const std::string& layout);

}}  // namespace hourglass
