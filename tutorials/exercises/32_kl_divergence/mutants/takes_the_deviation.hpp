// expect: σ² is exp(log_variance)
  double sum = 0;
  for (std::size_t i = 0; i < mean.size(); ++i)
    sum += 0.5 * (mean[i] * mean[i] + std::exp(2 * log_variance[i]) - 1 - 2 * log_variance[i]);
  return sum;
