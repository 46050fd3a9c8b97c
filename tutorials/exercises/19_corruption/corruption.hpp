#pragma once

#include <algorithm>

#include "course/array.hpp"

/// Masking noise (Vincent et al. 2010): each pixel is set to 0 with probability `share`, here if its u,
/// uniform in [0, 1), is below `share`; the others stay as they are.
inline Array mask(const Array& x, double share, const Array& u);

/// Gaussian noise: x + deviation · z, z standard normal, clamped to 0…1 as images are.
inline Array add_noise(const Array& x, double deviation, const Array& z);

// BEGIN SOLUTION
inline Array mask(const Array& x, double share, const Array& u) {
  Array y = x;
  for (std::size_t i = 0; i < y.size(); ++i)
    if (u[i] < share) y[i] = 0;
  return y;
}

inline Array add_noise(const Array& x, double deviation, const Array& z) {
  Array y = x;
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = std::clamp(x[i] + deviation * z[i], 0.0, 1.0);
  return y;
}
// STUB
//| // TODO: both of them.
//| inline Array mask(const Array& x, double, const Array&) { return x; }
//| inline Array add_noise(const Array& x, double, const Array&) { return x; }
// END SOLUTION
