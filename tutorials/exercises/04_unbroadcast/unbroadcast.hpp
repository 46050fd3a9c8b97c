#pragma once

#include "course/array.hpp"

/// The gradient of a tensor of `shape` that was broadcast to gradient.shape (aligned at the last
/// axes, ones stretched): the sum of all entries of the gradient that came from the same number.
/// The result has exactly `shape`. You may assume that `shape` broadcasts to gradient.shape.
inline Array unbroadcast(const Array& gradient, std::vector<std::size_t> shape) {
  // BEGIN SOLUTION
  Array result(shape);
  const std::size_t missing = gradient.rank() - shape.size();
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    std::size_t rest = i, place = 0, stride = 1;
    for (std::size_t axis = gradient.rank(); axis-- > 0;) {
      const std::size_t index = rest % gradient.shape[axis];
      rest /= gradient.shape[axis];
      if (axis < missing || shape[axis - missing] == 1) continue;
      place += index * stride;
      stride *= shape[axis - missing];
    }
    result[place] += gradient[i];
  }
  return result;
  // STUB
  //| // TODO: sum over the axes along which one number was used many times.
  //| (void)gradient;
  //| return Array(shape);
  // END SOLUTION
}
