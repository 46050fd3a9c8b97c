// expect: the point at t = 0
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) ab += a[i] * b[i], aa += a[i] * a[i], bb += b[i] * b[i];
  const double theta = std::acos(std::clamp(ab / std::sqrt(aa * bb), -1.0, 1.0));
  const bool straight = theta < 1e-6;
  const double of_a = straight ? 1 - t : std::sin((1 - t) * theta) / std::sin(theta);
  const double of_b = straight ? t : std::sin(t * theta) / std::sin(theta);
  Array point(a.shape);
  for (std::size_t i = 0; i < a.size(); ++i)
    point[i] = of_a * a[i] / std::sqrt(aa) + of_b * b[i] / std::sqrt(bb);
  return point;
