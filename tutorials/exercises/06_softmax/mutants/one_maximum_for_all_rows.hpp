// expect: the other rows become 0 / 0
inline Array softmax(const Array& x) {
  Array y(x.shape);
  const double most = *std::max_element(x.data.begin(), x.data.end());
  for (std::size_t i = 0; i < x.shape[0]; ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < x.shape[1]; ++j) sum += y.at(i, j) = std::exp(x.at(i, j) - most);
    for (std::size_t j = 0; j < x.shape[1]; ++j) y.at(i, j) /= sum;
  }
  return y;
}
inline Array softmax_backward(const Array& y, const Array&) { return y; }
