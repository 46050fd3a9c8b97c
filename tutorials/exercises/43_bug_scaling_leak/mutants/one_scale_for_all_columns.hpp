// expect: column by column
  Split scaled = raw;
  for (std::size_t j = 0; j < raw.train.shape[1]; ++j) {
    const Statistics of(raw.train.data);
    for (Array* part : {&scaled.train, &scaled.test})
      for (std::size_t i = 0; i < part->shape[0]; ++i)
        part->at(i, j) = (part->at(i, j) - of.mean) / of.deviation;
  }
  return scaled;
