// expect: by the mean and deviation of the training rows
  Split scaled = raw;
  for (std::size_t j = 0; j < raw.train.shape[1]; ++j) {
    const Statistics of(column_of(raw.train, j));
    for (Array* part : {&scaled.train})
      for (std::size_t i = 0; i < part->shape[0]; ++i)
        part->at(i, j) = (part->at(i, j) - of.mean) / of.deviation;
  }
  return scaled;
