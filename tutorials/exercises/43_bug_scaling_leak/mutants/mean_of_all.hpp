// expect: column by column
  Split scaled = raw;
  for (std::size_t j = 0; j < raw.train.shape[1]; ++j) {
    const Statistics of(column_of(raw.train, j));
    std::vector<double> all = column_of(raw.train, j);
    for (double each : column_of(raw.test, j)) all.push_back(each);
    for (Array* part : {&scaled.train, &scaled.test})
      for (std::size_t i = 0; i < part->shape[0]; ++i)
        part->at(i, j) = (part->at(i, j) - Statistics(all).mean) / of.deviation;
  }
  return scaled;
