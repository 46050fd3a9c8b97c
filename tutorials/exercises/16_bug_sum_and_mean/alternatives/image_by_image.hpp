  double loss = 0;
  const auto images = static_cast<double>(x.shape[0]);
  for (std::size_t n = 0; n < x.shape[0]; ++n) {
    for (std::size_t p = 0; p < x.shape[1]; ++p) loss += std::pow(x.at(n, p) - y.at(n, p), 2) / 2 / images;
    for (std::size_t k = 0; k < mean.shape[1]; ++k) {
      const double l = log_variance.at(n, k);
      loss += (std::pow(mean.at(n, k), 2) + std::expm1(l) - l) / 2 / images;
    }
  }
  return loss;
