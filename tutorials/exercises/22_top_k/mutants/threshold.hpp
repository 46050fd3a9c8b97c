// expect: keeps all that are equal
inline Array top_k(const Array& x, std::size_t k) {
  Array y(x.shape);
  for (std::size_t i = 0; i < x.shape[0]; ++i) {
    std::vector<double> row;
    for (std::size_t j = 0; j < x.shape[1]; ++j) row.push_back(x.at(i, j));
    std::sort(row.rbegin(), row.rend());
    for (std::size_t j = 0; j < x.shape[1]; ++j) y.at(i, j) = k > 0 && x.at(i, j) >= row[k - 1] ? x.at(i, j) : 0;
  }
  return y;
}
inline Array top_k_backward(const Array&, std::size_t, const Array& dy) { return dy; }
