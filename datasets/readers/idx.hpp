#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The contents of an IDX file of bytes, the format of MNIST (http://yann.lecun.com/exdb/mnist/):
/// two zero bytes, the element type (8: unsigned byte), the number of axes, each axis's size as a
/// big-endian 32-bit number, then the bytes in row-major order.
struct IdxArray {
  std::vector<std::size_t> shape;
  std::vector<std::uint8_t> bytes;
};

/// Reads an IDX file, plain or compressed with gzip (recognised by its first bytes, not its name).
/// Nothing in the file is trusted: the magic, the number of axes (1 to 4), the product of their
/// sizes (no overflow, at most `largest` bytes, checked before anything is allocated or inflated)
/// and the exact length are checked.
/// Throws DataError, which names the file, the offset of the fault and the rule that it breaks.
IdxArray read_idx(const std::filesystem::path& file, std::size_t largest = std::size_t{1} << 32);

}}  // namespace hourglass
