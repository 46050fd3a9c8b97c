// expect: Each column of w
  double sum = 0;
  for (std::size_t n = 0; n < h.shape[0]; ++n)
    for (std::size_t j = 0; j < h.shape[1]; ++j)
      for (std::size_t i = 0; i < w.shape[0]; ++i) {
        const double entry = h.at(n, j) * (1 - h.at(n, j)) * w[j * w.shape[0] + i];
        sum += entry * entry;
      }
  return sum / static_cast<double>(h.shape[0]);
