  // Halves are summed apart, so that only log₂ n additions wait; it is also the most exact order.
  std::vector<Number> terms;
  for (std::size_t i = 0; i < a.size(); ++i) terms.push_back(a[i] * b[i]);
  if (terms.empty()) return {};
  while (terms.size() > 1) {
    const std::size_t half = (terms.size() + 1) / 2;
    for (std::size_t i = 0; i + half < terms.size(); ++i) terms[i] = terms[i] + terms[i + half];
    terms.resize(half);
  }
  return terms[0];
