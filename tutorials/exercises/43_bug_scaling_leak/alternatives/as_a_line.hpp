  // (x − mean) / deviation = x scale + shift, with both learnt before any row is scaled.
  const std::size_t columns = raw.train.shape[1];
  std::vector<double> scale(columns), shift(columns);
  for (std::size_t j = 0; j < columns; ++j) {
    const Statistics of(column_of(raw.train, j));
    scale[j] = 1 / of.deviation, shift[j] = -of.mean / of.deviation;
  }
  const auto apply = [&](Array x) {
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = x[i] * scale[i % columns] + shift[i % columns];
    return x;
  };
  return {apply(raw.train), apply(raw.test)};
