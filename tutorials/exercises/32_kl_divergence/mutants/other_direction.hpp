// expect: σ² is exp(log_variance)
  double sum = 0;  // KL(p ‖ q)
  for (std::size_t i = 0; i < mean.size(); ++i)
    sum += 0.5 * ((mean[i] * mean[i] + 1) * std::exp(-log_variance[i]) - 1 + log_variance[i]);
  return sum;
