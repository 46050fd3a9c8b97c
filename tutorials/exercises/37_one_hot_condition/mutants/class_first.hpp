// expect: Features first
inline Array with_condition(const Array& x, const std::vector<std::size_t>& labels, std::size_t classes) {
  const std::size_t features = x.shape[1];
  Array y({x.shape[0], features + classes});
  for (std::size_t n = 0; n < x.shape[0]; ++n) {
    if (labels[n] >= classes) throw std::invalid_argument("with_condition: a label is no class");
    for (std::size_t j = 0; j < features; ++j) y.at(n, classes + j) = x.at(n, j);
    y.at(n, labels[n]) = 1;
  }
  return y;
}

inline Array with_condition_backward(const Array& dy, std::size_t classes) {
  Array dx({dy.shape[0], dy.shape[1] - classes});
  for (std::size_t n = 0; n < dx.shape[0]; ++n)
    for (std::size_t j = 0; j < dx.shape[1]; ++j) dx.at(n, j) = dy.at(n, j);
  return dx;
}
