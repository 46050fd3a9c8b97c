// expect: the bound
  double sum = 0;
  for (std::size_t i = 0; i < log_weights.shape[0]; ++i) {
    std::vector<double> row;
    for (std::size_t b = 0; b < log_weights.shape[1]; ++b) row.push_back(log_weights.at(i, b));
    sum += logsumexp(row) - std::log(static_cast<double>(row.size()));
  }
  return sum / static_cast<double>(log_weights.shape[0]);
