// expect: not by the size of the gradient
inline Array top_k(const Array& x, std::size_t k) {
  Array y(x.shape);
  for (std::size_t i = 0; i < x.shape[0]; ++i) {
    std::vector<std::size_t> order(x.shape[1]);
    std::iota(order.begin(), order.end(), 0u);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return x.at(i, a) > x.at(i, b); });
    for (std::size_t j = 0; j < k; ++j) y.at(i, order[j]) = x.at(i, order[j]);
  }
  return y;
}
inline Array top_k_backward(const Array&, std::size_t k, const Array& dy) { return top_k(dy, k); }
