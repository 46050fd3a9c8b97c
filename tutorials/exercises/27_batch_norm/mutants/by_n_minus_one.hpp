// expect: divided by n = 2
inline Array batch_norm(const Array& x) {
  Array y(x.shape);
  const auto n = static_cast<double>(x.shape[0]);
  for (std::size_t j = 0; j < x.shape[1]; ++j) {
    double mean = 0, variance = 0;
    for (std::size_t i = 0; i < x.shape[0]; ++i) mean += x.at(i, j) / n;
    for (std::size_t i = 0; i < x.shape[0]; ++i) variance += std::pow(x.at(i, j) - mean, 2) / (n - 1);
    for (std::size_t i = 0; i < x.shape[0]; ++i) y.at(i, j) = (x.at(i, j) - mean) / std::sqrt(variance + epsilon);
  }
  return y;
}
inline Array batch_norm_backward(const Array&, const Array& dy) { return dy; }
