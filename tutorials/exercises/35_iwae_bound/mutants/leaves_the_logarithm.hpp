// expect: stay with logarithms
  double sum = 0;
  for (std::size_t b = 0; b < log_weights.shape[1]; ++b) {
    double mean = 0;
    for (std::size_t i = 0; i < log_weights.shape[0]; ++i)
      mean += std::exp(log_weights.at(i, b)) / static_cast<double>(log_weights.shape[0]);
    sum += std::log(mean);
  }
  return sum / static_cast<double>(log_weights.shape[1]);
