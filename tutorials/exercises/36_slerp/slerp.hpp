#pragma once

#include <algorithm>
#include <cmath>

#include "course/array.hpp"

/// The point a share t (0 … 1) of the way from code a to code b, along a circle (Shoemake 1985):
///   slerp(a, b, t) = sin((1 − t) θ) / sin θ  a  +  sin(t θ) / sin θ  b
/// where θ is the angle between a and b, cos θ = a·b / (|a| |b|). Both are (n), neither is 0, and θ
/// < π. Below θ = 1e-6 take the straight line, (1 − t) a + t b.
inline Array slerp(const Array& a, const Array& b, double t) {
  // BEGIN SOLUTION
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    ab += a[i] * b[i], aa += a[i] * a[i], bb += b[i] * b[i];
  const double theta = std::acos(std::clamp(ab / std::sqrt(aa * bb), -1.0, 1.0));
  const bool straight = theta < 1e-6;
  const double of_a = straight ? 1 - t : std::sin((1 - t) * theta) / std::sin(theta);
  const double of_b = straight ? t : std::sin(t * theta) / std::sin(theta);
  Array point(a.shape);
  for (std::size_t i = 0; i < a.size(); ++i) point[i] = of_a * a[i] + of_b * b[i];
  return point;
  // STUB
  //| // TODO: the angle, two weights, and the case without an angle.
  //| (void)b, (void)t;
  //| return a;
  // END SOLUTION
}
