  double aa = 0, bb = 0, difference = 0, sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) aa += a[i] * a[i], bb += b[i] * b[i];
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double u = a[i] / std::sqrt(aa), v = b[i] / std::sqrt(bb);
    difference += (u - v) * (u - v), sum += (u + v) * (u + v);
  }
  // Half of the chord over half of the diagonal is the tangent of half the angle: exact near 0 too.
  const double theta = 2 * std::atan2(std::sqrt(difference), std::sqrt(sum));
  const double of_b = theta < 1e-6 ? t : std::sin(t * theta) / std::sin(theta);
  const double of_a = theta < 1e-6 ? 1 - t : std::cos(t * theta) - std::cos(theta) * of_b;
  Array point(a.shape);
  for (std::size_t i = 0; i < a.size(); ++i) point[i] = of_a * a[i] + of_b * b[i];
  return point;
