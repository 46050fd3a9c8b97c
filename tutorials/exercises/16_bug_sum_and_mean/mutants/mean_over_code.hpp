// expect: A mean is taken only over images
  double a = 0, kl = 0;
  for (std::size_t i = 0; i < x.size(); ++i) a += (x[i] - y[i]) * (x[i] - y[i]) / 2;
  for (std::size_t i = 0; i < mean.size(); ++i)
    kl += (mean[i] * mean[i] + std::exp(log_variance[i]) - 1 - log_variance[i]) / 2;
  return a / static_cast<double>(x.shape[0]) + kl / static_cast<double>(mean.size());
