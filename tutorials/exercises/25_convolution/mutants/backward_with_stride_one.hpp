// expect: with the same kernel, stride
inline Array convolve(const Array& x, const Array& w, std::size_t kernel, std::size_t stride, std::size_t padding) {
  Array y = matmul(w, im2col(x, kernel, stride, padding));
  y.shape = {w.shape[0], (x.shape[1] + 2 * padding - kernel) / stride + 1, (x.shape[2] + 2 * padding - kernel) / stride + 1};
  return y;
}
inline ConvolutionGradient convolve_backward(const Array& x, const Array& w, std::size_t kernel, std::size_t stride, std::size_t padding, const Array& dy) {
  const MatmulGradient product = matmul_backward(w, im2col(x, kernel, stride, padding), Array({dy.shape[0], dy.shape[1] * dy.shape[2]}, dy.data));
  return {col2im(product.db, x.shape, kernel, 1, padding), product.da};
}
