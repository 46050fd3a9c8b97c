// expect: Over the examples
inline Array batch_norm(const Array& x) {
  Array y(x.shape);
  const auto n = static_cast<double>(x.shape[1]);
  for (std::size_t i = 0; i < x.shape[0]; ++i) {
    double mean = 0, variance = 0;
    for (std::size_t j = 0; j < x.shape[1]; ++j) mean += x.at(i, j) / n;
    for (std::size_t j = 0; j < x.shape[1]; ++j) variance += std::pow(x.at(i, j) - mean, 2) / n;
    for (std::size_t j = 0; j < x.shape[1]; ++j) y.at(i, j) = (x.at(i, j) - mean) / std::sqrt(variance + epsilon);
  }
  return y;
}
inline Array batch_norm_backward(const Array&, const Array& dy) { return dy; }
