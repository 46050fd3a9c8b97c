  // c² has the same eigenvectors and squared eigenvalues: sixty squarings are 2⁶⁰ steps.
  Array power = c;
  for (int i = 0; i < 60; ++i) {
    double most = 0;
    for (double each : power.data) most = std::max(most, std::abs(each));
    for (double& each : power.data) each /= most;
    power = matmul(power, power);
  }
  std::size_t widest = 0;  // every column is now a multiple of the eigenvector
  for (std::size_t j = 0; j < c.shape[0]; ++j)
    if (power.at(j, j) > power.at(widest, widest)) widest = j;
  Array v({c.shape[0], 1});
  double length = 0;
  for (std::size_t i = 0; i < v.size(); ++i) v[i] = power.at(i, widest), length += v[i] * v[i];
  for (double& each : v.data) each /= std::sqrt(length);
  const Array w = matmul(c, v);
  double value = 0;
  for (std::size_t i = 0; i < v.size(); ++i) value += v[i] * w[i];
  return {value, v};
