// expect: da = dc bᵀ
inline MatmulGradient matmul_backward(const Array& a, const Array& b, const Array& dc) {
  const Array bt({b.shape[1], b.shape[0]}, b.data), at({a.shape[1], a.shape[0]}, a.data);
  return {matmul(dc, bt), matmul(at, dc)};
}
