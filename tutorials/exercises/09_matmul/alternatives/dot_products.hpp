  if (a.shape[1] != b.shape[0]) throw std::invalid_argument("matmul: shapes do not fit");
  Array c({a.shape[0], b.shape[1]});
  for (std::size_t place = 0; place < c.size(); ++place) {
    const std::size_t i = place / b.shape[1], j = place % b.shape[1];
    double dot = 0;
    for (std::size_t k = 0; k < a.shape[1]; ++k) dot += a.at(i, k) * b.at(k, j);
    c[place] = dot;
  }
  return c;
