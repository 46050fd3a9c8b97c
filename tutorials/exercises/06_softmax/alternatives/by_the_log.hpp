inline Array softmax(const Array& x) {
  // exp(x − log Σ exp x), the logarithm built up two terms at a time.
  Array y(x.shape);
  for (std::size_t i = 0; i < x.shape[0]; ++i) {
    double log_sum = x.at(i, 0);
    for (std::size_t j = 1; j < x.shape[1]; ++j) {
      const double high = std::max(log_sum, x.at(i, j)), low = std::min(log_sum, x.at(i, j));
      log_sum = high + std::log1p(std::exp(low - high));
    }
    for (std::size_t j = 0; j < x.shape[1]; ++j) y.at(i, j) = std::exp(x.at(i, j) - log_sum);
  }
  return y;
}
inline Array softmax_backward(const Array& y, const Array& dy) {
  // The whole Jacobian, row by row.
  Array dx(y.shape);
  for (std::size_t r = 0; r < y.shape[0]; ++r)
    for (std::size_t i = 0; i < y.shape[1]; ++i)
      for (std::size_t j = 0; j < y.shape[1]; ++j)
        dx.at(r, j) += dy.at(r, i) * y.at(r, i) * ((i == j ? 1 : 0) - y.at(r, j));
  return dx;
}
