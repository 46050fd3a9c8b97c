// expect: the loss
  double loss = 0;
  for (std::size_t i = 0; i < x.size(); ++i) loss += (x[i] - y[i]) * (x[i] - y[i]) / 2;
  for (std::size_t i = 0; i < mean.size(); ++i)
    loss += (mean[i] * mean[i] + std::exp(log_variance[i]) - 1 - log_variance[i]) / 2;
  return loss;
