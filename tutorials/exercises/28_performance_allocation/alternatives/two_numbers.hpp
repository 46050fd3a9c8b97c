  // Only the left neighbour's old value is lost on the way: one number is enough.
  for (int round = 0; round < rounds; ++round) {
    double left = x.empty() ? 0 : x[0];
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double here = x[i];
      x[i] = (left + here + (i + 1 < x.size() ? x[i + 1] : here)) / 3;
      left = here;
    }
  }
  return x;
