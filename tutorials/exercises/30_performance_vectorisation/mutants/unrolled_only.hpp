// expect: waits for itself
  // Eight terms a round, but all into the same sum.
  Number sum = {};
  std::size_t i = 0;
  for (; i + 8 <= a.size(); i += 8)
    for (std::size_t k = 0; k < 8; ++k) sum = sum + a[i + k] * b[i + k];
  for (; i < a.size(); ++i) sum = sum + a[i] * b[i];
  return sum;
