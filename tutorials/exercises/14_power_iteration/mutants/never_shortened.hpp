// expect: the eigenvalue
  Array v({c.shape[0], 1}), before = v;
  for (std::size_t i = 0; i < v.size(); ++i) v[i] = 1 / static_cast<double>(i + 1);
  for (int step = 0; step < 2000; ++step) before = v, v = matmul(c, v);
  double length = 0, last = 0;
  for (double each : v.data) length += each * each;
  for (double each : before.data) last += each * each;
  for (double& each : v.data) each /= std::sqrt(length);
  return {std::sqrt(length / last), v};
