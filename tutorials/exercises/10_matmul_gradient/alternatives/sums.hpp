inline MatmulGradient matmul_backward(const Array& a, const Array& b, const Array& dc) {
  MatmulGradient g{Array(a.shape), Array(b.shape)};
  for (std::size_t i = 0; i < a.shape[0]; ++i)
    for (std::size_t j = 0; j < b.shape[1]; ++j)
      for (std::size_t k = 0; k < a.shape[1]; ++k) {
        g.da.at(i, k) += dc.at(i, j) * b.at(k, j);
        g.db.at(k, j) += a.at(i, k) * dc.at(i, j);
      }
  return g;
}
