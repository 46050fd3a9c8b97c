// expect: If all had one sign
  const double bound = std::sqrt(6 / static_cast<double>(scheme == Scheme::glorot ? in + out : in));
  Array w({in, out});
  for (std::size_t i = 0; i < w.size(); ++i) w[i] = bound * 2 * u[i];
  return w;
