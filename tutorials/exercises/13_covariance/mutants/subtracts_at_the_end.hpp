// expect: agree in all their digits
  const std::size_t n = x.shape[0], d = x.shape[1];
  std::vector<double> mean(d);
  for (std::size_t i = 0; i < x.size(); ++i) mean[i % d] += x[i] / static_cast<double>(n);
  Array c({d, d});
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < d; ++j)
      for (std::size_t k = 0; k < d; ++k) c.at(j, k) += x.at(i, j) * x.at(i, k) / static_cast<double>(n);
  for (std::size_t j = 0; j < d; ++j)
    for (std::size_t k = 0; k < d; ++k) c.at(j, k) -= mean[j] * mean[k];
  return c;
