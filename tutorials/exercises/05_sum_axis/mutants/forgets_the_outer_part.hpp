// expect: along axis 1
inline Array sum_axis(const Array& x, std::size_t axis) {
  std::size_t inner = 1;
  for (std::size_t k = axis + 1; k < x.rank(); ++k) inner *= x.shape[k];
  std::vector<std::size_t> shape = x.shape;
  shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(axis));
  Array y(shape);
  for (std::size_t i = 0; i < x.size(); ++i) y[i % inner] += x[i];
  return y;
}
inline Array sum_axis_backward(const Array& x, std::size_t, const Array&) { return x; }
