  // Cross-entropy with the prior minus the entropy of q, in which log 2π cancels.
  double cross_entropy = 0, entropy = 0;
  for (double m : mean.data) cross_entropy += m * m / 2;
  for (double l : log_variance.data) cross_entropy += std::exp(l) / 2, entropy += (1 + l) / 2;
  return cross_entropy - entropy;
