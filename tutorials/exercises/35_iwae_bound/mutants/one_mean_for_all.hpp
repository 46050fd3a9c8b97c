// expect: the bound
  return logsumexp(log_weights.data) - std::log(static_cast<double>(log_weights.size()));
