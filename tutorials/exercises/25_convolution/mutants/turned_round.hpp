// expect: networks call a correlation
inline Array convolve(const Array& x, const Array& w, std::size_t kernel, std::size_t stride, std::size_t padding) {
  Array turned = w;
  const std::size_t all = kernel * kernel;
  for (std::size_t i = 0; i < w.size(); ++i) turned[i] = w[i / all * all + (all - 1 - i % all)];
  Array y = matmul(turned, im2col(x, kernel, stride, padding));
  y.shape = {w.shape[0], (x.shape[1] + 2 * padding - kernel) / stride + 1, (x.shape[2] + 2 * padding - kernel) / stride + 1};
  return y;
}
inline ConvolutionGradient convolve_backward(const Array& x, const Array& w, std::size_t, std::size_t, std::size_t, const Array&) { return {x, w}; }
