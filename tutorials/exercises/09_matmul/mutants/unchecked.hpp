// expect: The first must have as many columns
  Array c({a.shape[0], b.shape[1]});
  for (std::size_t i = 0; i < a.shape[0]; ++i)
    for (std::size_t k = 0; k < std::min(a.shape[1], b.shape[0]); ++k)
      for (std::size_t j = 0; j < b.shape[1]; ++j) c.at(i, j) += a.at(i, k) * b.at(k, j);
  return c;
