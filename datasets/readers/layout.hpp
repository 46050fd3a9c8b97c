#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Converts images of shape (N, H, W, C), as NumPy and Keras store them, to (N, C, H, W). `layout`
/// says which they are, "nchw" or "nhwc"; if it is empty, they are (N, H, W, C) only if the last
/// axis has 1, 3 or 4 elements and the second does not. Returns what they were taken for if the sizes
/// leave room for doubt, else an empty text. Does nothing to arrays without four axes.
std::string to_channels_first(std::vector<std::size_t>& shape, std::vector<std::uint8_t>& bytes,
                              const std::string& layout);

}}  // namespace hourglass
