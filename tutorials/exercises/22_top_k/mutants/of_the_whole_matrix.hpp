// expect: row by row
inline Array top_k(const Array& x, std::size_t k) {
  Array y(x.shape);
  std::vector<std::size_t> order(x.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return x[a] > x[b]; });
  for (std::size_t j = 0; j < k * x.shape[0]; ++j) y[order[j]] = x[order[j]];
  return y;
}
inline Array top_k_backward(const Array&, std::size_t, const Array& dy) { return dy; }
