// expect: divide a·b by both lengths
  double ab = 0;
  for (std::size_t i = 0; i < a.size(); ++i) ab += a[i] * b[i];
  const double theta = std::acos(std::clamp(ab, -0.999, 0.999));
  Array point(a.shape);
  for (std::size_t i = 0; i < a.size(); ++i)
    point[i] = (std::sin((1 - t) * theta) * a[i] + std::sin(t * theta) * b[i]) / std::sin(theta);
  return point;
