// expect: dy times the columns
inline Array convolve(const Array& x, const Array& w, std::size_t kernel, std::size_t stride, std::size_t padding) {
  Array y = matmul(w, im2col(x, kernel, stride, padding));
  y.shape = {w.shape[0], (x.shape[1] + 2 * padding - kernel) / stride + 1, (x.shape[2] + 2 * padding - kernel) / stride + 1};
  return y;
}
inline ConvolutionGradient convolve_backward(const Array& x, const Array& w, std::size_t kernel, std::size_t stride, std::size_t padding, const Array& dy) {
  const Array columns = im2col(x, kernel, stride, padding), flat({dy.shape[0], dy.shape[1] * dy.shape[2]}, dy.data);
  const Array dw = matmul(columns, transpose(flat));
  return {col2im(matmul(transpose(w), flat), x.shape, kernel, stride, padding), Array(w.shape, dw.data)};
}
