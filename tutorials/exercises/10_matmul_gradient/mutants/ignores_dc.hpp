// expect: da = dc bᵀ
inline MatmulGradient matmul_backward(const Array& a, const Array& b, const Array& dc) {
  Array ones(dc.shape), bt({b.shape[1], b.shape[0]});
  for (double& each : ones.data) each = 1;
  for (std::size_t i = 0; i < b.shape[0]; ++i)
    for (std::size_t j = 0; j < b.shape[1]; ++j) bt.at(j, i) = b.at(i, j);
  return {matmul(ones, bt), b};
  (void)a;
}
