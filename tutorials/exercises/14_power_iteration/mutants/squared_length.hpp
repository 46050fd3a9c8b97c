// expect: the eigenvalue
  Array v({c.shape[0], 1});
  for (std::size_t i = 0; i < v.size(); ++i) v[i] = 1 / static_cast<double>(i + 1);
  double square = 0;
  for (int step = 0; step < 10000; ++step) {
    v = matmul(c, v);
    square = 0;
    for (double each : v.data) square += each * each;
    for (double& each : v.data) each /= std::sqrt(square);
  }
  return {square, v};
