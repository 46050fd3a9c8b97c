// expect: variance b²/3, not b²
  const double bound = std::sqrt(2 / static_cast<double>(scheme == Scheme::glorot ? in + out : in));
  Array w({in, out});
  for (std::size_t i = 0; i < w.size(); ++i) w[i] = bound * (2 * u[i] - 1);
  return w;
