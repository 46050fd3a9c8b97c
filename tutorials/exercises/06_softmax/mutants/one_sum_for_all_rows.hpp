// expect: Each row has its own sum
inline Array softmax(const Array& x) {
  Array y(x.shape);
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += y[i] = std::exp(x[i]);
  for (double& each : y.data) each /= sum;
  return y;
}
inline Array softmax_backward(const Array& y, const Array&) { return y; }
