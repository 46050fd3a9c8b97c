// expect: divide by k
  double sum = 0;
  for (std::size_t b = 0; b < log_weights.shape[1]; ++b) {
    std::vector<double> column;
    for (std::size_t i = 0; i < log_weights.shape[0]; ++i) column.push_back(log_weights.at(i, b));
    sum += logsumexp(column);
  }
  return sum / static_cast<double>(log_weights.shape[1]);
