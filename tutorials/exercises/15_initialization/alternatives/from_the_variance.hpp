  const double variance = scheme == Scheme::he ? 2.0 / static_cast<double>(in) : 2.0 / static_cast<double>(in + out);
  Array w({in, out}, u);
  for (double& each : w.data) each = (each - 0.5) * std::sqrt(12 * variance);
  return w;
