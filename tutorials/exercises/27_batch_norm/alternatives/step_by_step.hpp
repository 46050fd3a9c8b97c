inline Array batch_norm(const Array& x) {
  Array y(x.shape);
  const auto n = static_cast<double>(x.shape[0]);
  for (std::size_t j = 0; j < x.shape[1]; ++j) {
    double mean = 0, variance = 0;
    for (std::size_t i = 0; i < x.shape[0]; ++i) mean += x.at(i, j) / n;
    for (std::size_t i = 0; i < x.shape[0]; ++i) variance += std::pow(x.at(i, j) - mean, 2) / n;
    for (std::size_t i = 0; i < x.shape[0]; ++i) y.at(i, j) = (x.at(i, j) - mean) / std::sqrt(variance + epsilon);
  }
  return y;
}
/// The chain rule one operation at a time, as a tape would do it.
inline Array batch_norm_backward(const Array& x, const Array& dy) {
  Array dx(x.shape);
  const auto n = static_cast<double>(x.shape[0]);
  for (std::size_t j = 0; j < x.shape[1]; ++j) {
    double mean = 0, variance = 0, d_variance = 0, d_mean = 0;
    for (std::size_t i = 0; i < x.shape[0]; ++i) mean += x.at(i, j) / n;
    for (std::size_t i = 0; i < x.shape[0]; ++i) variance += std::pow(x.at(i, j) - mean, 2) / n;
    const double inverse = 1 / std::sqrt(variance + epsilon);
    for (std::size_t i = 0; i < x.shape[0]; ++i) {
      const double centred = x.at(i, j) - mean;
      d_variance += dy.at(i, j) * centred * -0.5 * std::pow(inverse, 3);
      d_mean -= dy.at(i, j) * inverse;
    }
    for (std::size_t i = 0; i < x.shape[0]; ++i)
      dx.at(i, j) = dy.at(i, j) * inverse + d_variance * 2 * (x.at(i, j) - mean) / n + d_mean / n;
  }
  return dx;
}
