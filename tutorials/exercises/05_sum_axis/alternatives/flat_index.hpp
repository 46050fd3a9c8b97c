inline std::size_t place_of(const Array& x, std::size_t axis, std::size_t i) {
  std::size_t inner = 1;
  for (std::size_t k = axis + 1; k < x.rank(); ++k) inner *= x.shape[k];
  return i / (inner * x.shape[axis]) * inner + i % inner;
}
inline Array sum_axis(const Array& x, std::size_t axis) {
  std::vector<std::size_t> shape;
  for (std::size_t k = 0; k < x.rank(); ++k)
    if (k != axis) shape.push_back(x.shape[k]);
  Array y(shape);
  for (std::size_t i = 0; i < x.size(); ++i) y[place_of(x, axis, i)] += x[i];
  return y;
}
inline Array sum_axis_backward(const Array& x, std::size_t axis, const Array& dy) {
  Array dx(x.shape);
  for (std::size_t i = 0; i < x.size(); ++i) dx[i] = dy[place_of(x, axis, i)];
  return dx;
}
