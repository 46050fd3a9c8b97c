// expect: equal angles
  Array point(a.shape);
  double aa = 0, bb = 0, pp = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    point[i] = (1 - t) * a[i] + t * b[i];
    aa += a[i] * a[i], bb += b[i] * b[i], pp += point[i] * point[i];
  }
  for (double& each : point.data) each *= ((1 - t) * std::sqrt(aa) + t * std::sqrt(bb)) / std::sqrt(pp);
  return point;
