// expect: the anomaly has the higher score
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t i, std::size_t j) { return less(scores[i], scores[j]); });
  double rank_sum = 0, a = 0;
  for (std::size_t i = 0, j = 0; i < order.size(); i = j) {
    while (j < order.size() && !less(scores[order[i]], scores[order[j]])) ++j;
    for (std::size_t k = i; k < j; ++k)
      if (anomaly[order[k]]) ++a, rank_sum += static_cast<double>(i + j) / 2;
  }
  return (rank_sum - a * (a + 1) / 2) / (a * (static_cast<double>(scores.size()) - a));
