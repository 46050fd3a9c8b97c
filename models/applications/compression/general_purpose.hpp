#pragma once

#include <string_view>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The size in bytes that general-purpose compressors reach at their best settings: the baseline
/// for every other one.
struct GeneralPurpose {
  std::size_t gzip = 0;   ///< Lempel & Ziv 1977 and Huffman codes; zlib, level 9
  std::size_t bzip2 = 0;  ///< Burrows & Wheeler 1994; blocks of 900 kB
  std::size_t xz = 0;     ///< Lempel & Ziv and a range coder; level 9, extreme
};
GeneralPurpose general_purpose_sizes(std::string_view bytes);

}}  // namespace hourglass
