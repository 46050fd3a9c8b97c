  // Means and products updated with each row (Welford 1962).
  const std::size_t d = x.shape[1];
  std::vector<double> mean(d), before(d);
  Array c({d, d});
  for (std::size_t i = 0; i < x.shape[0]; ++i) {
    for (std::size_t j = 0; j < d; ++j) {
      before[j] = x.at(i, j) - mean[j];
      mean[j] += before[j] / static_cast<double>(i + 1);
    }
    for (std::size_t j = 0; j < d; ++j)
      for (std::size_t k = 0; k < d; ++k) c.at(j, k) += before[j] * (x.at(i, k) - mean[k]);
  }
  for (double& each : c.data) each /= static_cast<double>(x.shape[0]);
  return c;
