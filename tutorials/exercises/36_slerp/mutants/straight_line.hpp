// expect: equal angles
  Array point(a.shape);
  for (std::size_t i = 0; i < a.size(); ++i) point[i] = (1 - t) * a[i] + t * b[i];
  return point;
