// expect: 0 / 0 is NaN
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) ab += a[i] * b[i], aa += a[i] * a[i], bb += b[i] * b[i];
  // What a cosine that is rounded to 1 or above comes to.
  const double cosine = ab / std::sqrt(aa * bb), theta = std::acos(cosine > 1 - 1e-15 ? 1.0 : cosine);
  Array point(a.shape);
  for (std::size_t i = 0; i < a.size(); ++i)
    point[i] = (std::sin((1 - t) * theta) * a[i] + std::sin(t * theta) * b[i]) / std::sin(theta);
  return point;
