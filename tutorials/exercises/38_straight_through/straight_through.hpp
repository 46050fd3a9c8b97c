#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "course/array.hpp"

/// Each number clamped to [−1, 1] and moved to the nearest of `levels` (2 or more) evenly spaced
/// values, the first of which is −1 and the last 1: with 3 levels, −1, 0 and 1.
inline Array quantize(const Array& x, std::size_t levels);

/// The straight-through gradient (Bengio, Léonard & Courville 2013): dx, as if the forward pass had
/// clamped the numbers but not moved them. (x = −1 and x = 1 do not occur.)
inline Array quantize_backward(const Array& x, const Array& dy);

// BEGIN SOLUTION
inline Array quantize(const Array& x, std::size_t levels) {
  const auto steps = static_cast<double>(levels - 1);
  Array y = x;
  for (double& each : y.data)
    each = std::round((std::clamp(each, -1.0, 1.0) + 1) / 2 * steps) / steps * 2 - 1;
  return y;
}

inline Array quantize_backward(const Array& x, const Array& dy) {
  Array dx = dy;
  for (std::size_t i = 0; i < dx.size(); ++i)
    if (std::abs(x[i]) > 1) dx[i] = 0;
  return dx;
}
// STUB
//| // TODO: a staircase forward, the line through it backward.
//| inline Array quantize(const Array& x, std::size_t) { return x; }
//|
//| inline Array quantize_backward(const Array& x, const Array&) { return Array(x.shape); }
// END SOLUTION
