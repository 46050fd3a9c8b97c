// expect: Was it stopped by
  Array v({c.shape[0], 1});
  for (std::size_t i = 0; i < v.size(); ++i) v[i] = 1 / static_cast<double>(i + 1);
  double length = 0;
  for (int step = 0; step < 10000; ++step) {
    const double last = length;
    v = matmul(c, v);
    length = 0;
    for (double each : v.data) length += each * each;
    length = std::sqrt(length);
    for (double& each : v.data) each /= length;
    if (std::abs(length - last) < 1e-12) break;
  }
  return {length, v};
