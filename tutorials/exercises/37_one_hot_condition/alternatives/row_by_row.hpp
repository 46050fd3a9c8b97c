inline Array with_condition(const Array& x, const std::vector<std::size_t>& labels, std::size_t classes) {
  Array y;
  const auto features = static_cast<std::ptrdiff_t>(x.shape[1]);
  for (std::size_t label : labels) {
    if (label >= classes) throw std::invalid_argument("label out of range");
    const auto row = x.data.begin() + static_cast<std::ptrdiff_t>(y.shape.size()) * features;
    y.data.insert(y.data.end(), row, row + features);
    for (std::size_t k = 0; k < classes; ++k) y.data.push_back(k == label);
    y.shape.push_back(0);  // counts the rows until the shape is known
  }
  y.shape = {labels.size(), x.shape[1] + classes};
  return y;
}

inline Array with_condition_backward(const Array& dy, std::size_t classes) {
  Array dx({dy.shape[0], dy.shape[1] - classes});
  for (std::size_t i = 0; i < dx.size(); ++i) dx[i] = dy.at(i / dx.shape[1], i % dx.shape[1]);
  return dx;
}
