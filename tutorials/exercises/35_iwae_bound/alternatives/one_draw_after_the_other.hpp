  // log((n mean + w) / (n + 1)), kept as a logarithm, as each draw comes in.
  double sum = 0;
  for (std::size_t b = 0; b < log_weights.shape[1]; ++b) {
    double so_far = log_weights.at(0, b);
    for (std::size_t n = 1; n < log_weights.shape[0]; ++n) {
      const auto old = static_cast<double>(n);
      so_far = logsumexp({so_far + std::log(old / (old + 1)), log_weights.at(n, b) - std::log(old + 1)});
    }
    sum += so_far / static_cast<double>(log_weights.shape[1]);
  }
  return sum;
