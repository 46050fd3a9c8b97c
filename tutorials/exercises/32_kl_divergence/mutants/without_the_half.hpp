// expect: with the half
  double sum = 0;
  for (std::size_t i = 0; i < mean.size(); ++i)
    sum += mean[i] * mean[i] + std::exp(log_variance[i]) - 1 - log_variance[i];
  return sum;
