// expect: asked for in every round
  for (int round = 0; round < rounds; ++round) {
    std::vector<double> next;
    next.reserve(x.size());
    for (std::size_t i = 0; i < x.size(); ++i)
      next.push_back((x[i > 0 ? i - 1 : i] + x[i] + x[i + 1 < x.size() ? i + 1 : i]) / 3);
    std::swap(x, next);
  }
  return x;
