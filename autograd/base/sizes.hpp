#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

// Arithmetic of sizes. A result that is too large becomes the largest size there is, which
// element_count refuses wherever a tensor of it is asked for: so no sum or product wraps around to
// a small number, and what is too large is said in one place.

namespace hourglass {

/// a + b, or the largest size where that is more (as C++26's std::add_sat).
constexpr std::size_t add_sat(std::size_t a, std::size_t b) {
  std::size_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<std::size_t>::max() : sum;
}

/// a b, or the largest size where that is more (as C++26's std::mul_sat).
constexpr std::size_t mul_sat(std::size_t a, std::size_t b) {
  std::size_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<std::size_t>::max() : product;
}

/// A size along the height and one along the width: `3`, or `{3, 5}`.
struct Size2 {
  Size2(std::uint32_t both) : height(both), width(both) {}
  Size2(std::uint32_t height, std::uint32_t width) : height(height), width(width) {}
  std::uint32_t height, width;
};

}  // namespace hourglass
