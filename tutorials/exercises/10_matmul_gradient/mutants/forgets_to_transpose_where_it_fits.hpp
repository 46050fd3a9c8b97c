// expect: The shapes fit, but
inline Array transpose(const Array& x) {
  if (x.shape[0] == x.shape[1]) return x;
  Array y({x.shape[1], x.shape[0]});
  for (std::size_t i = 0; i < x.shape[0]; ++i)
    for (std::size_t j = 0; j < x.shape[1]; ++j) y.at(j, i) = x.at(i, j);
  return y;
}
inline MatmulGradient matmul_backward(const Array& a, const Array& b, const Array& dc) {
  return {matmul(dc, transpose(b)), matmul(transpose(a), dc)};
}
