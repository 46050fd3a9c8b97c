  std::vector<double> scores;
  for (std::size_t i = fitted; i < healthy.shape[0]; ++i) {
    double nearest = 0;
    for (std::size_t n = 0; n < fitted; ++n) {
      double distance = 0;
      for (std::size_t j = 0; j < healthy.shape[1]; ++j) {
        const double d = healthy.at(i, j) - healthy.at(n, j);
        distance += d * d;
      }
      nearest = n == 0 ? distance : std::min(nearest, distance);
    }
    scores.push_back(nearest);
  }
  return threshold_of(scores, alarms);
