#pragma once

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <vector>

using Shape = std::vector<std::size_t>;

/// The shape of a + b. Shapes are aligned at their last axes; a missing axis counts as length 1; an
/// axis of length 1 is stretched to the other's length. If two lengths differ and neither is 1,
/// std::invalid_argument is thrown, with "broadcast" in its text.
inline Shape broadcast_shape(const Shape& a, const Shape& b) {
  // BEGIN SOLUTION
  const Shape& longer = a.size() >= b.size() ? a : b;
  const Shape& shorter = a.size() >= b.size() ? b : a;
  Shape result = longer;
  const std::size_t shift = longer.size() - shorter.size();
  for (std::size_t i = 0; i < shorter.size(); ++i) {
    std::size_t& length = result[i + shift];
    if (length == 1) length = shorter[i];
    if (shorter[i] != 1 && shorter[i] != length)
      throw std::invalid_argument("these shapes do not broadcast");
  }
  return result;
  // STUB
  //| // TODO: align the shapes at their last axes.
  //| (void)b;
  //| return a;
  // END SOLUTION
}
