/// How many of the row come before entry j.
inline std::size_t rank_of(const Array& x, std::size_t i, std::size_t j) {
  std::size_t before = 0;
  for (std::size_t other = 0; other < x.shape[1]; ++other)
    before += x.at(i, other) > x.at(i, j) || (x.at(i, other) == x.at(i, j) && other < j);
  return before;
}
inline Array top_k(const Array& x, std::size_t k) {
  Array y = x;
  for (std::size_t p = 0; p < x.size(); ++p)
    if (rank_of(x, p / x.shape[1], p % x.shape[1]) >= k) y[p] = 0;
  return y;
}
inline Array top_k_backward(const Array& x, std::size_t k, const Array& dy) {
  Array dx = dy;
  for (std::size_t p = 0; p < x.size(); ++p)
    if (rank_of(x, p / x.shape[1], p % x.shape[1]) >= k) dx[p] = 0;
  return dx;
}
