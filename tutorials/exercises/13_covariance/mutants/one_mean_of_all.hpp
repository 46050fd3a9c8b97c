// expect: the covariance
  const std::size_t n = x.shape[0], d = x.shape[1];
  double mean = 0;
  for (double each : x.data) mean += each / static_cast<double>(x.size());
  Array c({d, d});
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < d; ++j)
      for (std::size_t k = 0; k < d; ++k)
        c.at(j, k) += (x.at(i, j) - mean) * (x.at(i, k) - mean) / static_cast<double>(n);
  return c;
