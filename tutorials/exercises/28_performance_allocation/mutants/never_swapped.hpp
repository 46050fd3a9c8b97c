// expect: smooth(x
  std::vector<double> next = x;
  for (int round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < x.size(); ++i)
      next[i] = (x[i > 0 ? i - 1 : i] + x[i] + x[i + 1 < x.size() ? i + 1 : i]) / 3;
  return next;
