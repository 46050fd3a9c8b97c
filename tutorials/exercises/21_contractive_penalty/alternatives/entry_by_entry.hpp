  double mean = 0;
  for (std::size_t n = 0; n < h.shape[0]; ++n)
    for (std::size_t i = 0; i < w.shape[0]; ++i)
      for (std::size_t j = 0; j < w.shape[1]; ++j) {
        const double code = h.at(n, j), entry = (code - code * code) * w.at(i, j);
        mean += entry * entry / static_cast<double>(h.shape[0]);
      }
  return mean;
