// expect: the off-diagonal terms
inline Array softmax(const Array& x) {
  Array y(x.shape);
  for (std::size_t i = 0; i < x.shape[0]; ++i) {
    double most = x.at(i, 0), sum = 0;
    for (std::size_t j = 0; j < x.shape[1]; ++j) most = std::max(most, x.at(i, j));
    for (std::size_t j = 0; j < x.shape[1]; ++j) sum += y.at(i, j) = std::exp(x.at(i, j) - most);
    for (std::size_t j = 0; j < x.shape[1]; ++j) y.at(i, j) /= sum;
  }
  return y;
}
inline Array softmax_backward(const Array& y, const Array& dy) {
  Array dx(y.shape);
  for (std::size_t i = 0; i < y.size(); ++i) dx[i] = dy[i] * y[i] * (1 - y[i]);
  return dx;
}
