inline Array convolve(const Array& x, const Array& w, std::size_t kernel, std::size_t stride, std::size_t padding) {
  // Each weight moves the whole image past the output.
  const std::size_t h = x.shape[1], wide = x.shape[2], oh = (h + 2 * padding - kernel) / stride + 1, ow = (wide + 2 * padding - kernel) / stride + 1;
  Array y({w.shape[0], oh, ow});
  for (std::size_t i = 0; i < w.size(); ++i) {
    const std::size_t o = i / w.shape[1], k = i % w.shape[1], c = k / (kernel * kernel);
    for (std::size_t p = 0; p < oh * ow; ++p) {
      const std::size_t a = p / ow * stride + k / kernel % kernel - padding, b = p % ow * stride + k % kernel - padding;
      if (a < h && b < wide) y[o * oh * ow + p] += w[i] * x[(c * h + a) * wide + b];
    }
  }
  return y;
}
inline ConvolutionGradient convolve_backward(const Array& x, const Array& w, std::size_t kernel, std::size_t stride, std::size_t padding, const Array& dy) {
  const std::size_t h = x.shape[1], wide = x.shape[2], oh = dy.shape[1], ow = dy.shape[2];
  ConvolutionGradient g{Array(x.shape), Array(w.shape)};
  for (std::size_t i = 0; i < w.size(); ++i) {
    const std::size_t o = i / w.shape[1], k = i % w.shape[1], c = k / (kernel * kernel);
    for (std::size_t p = 0; p < oh * ow; ++p) {
      const std::size_t a = p / ow * stride + k / kernel % kernel - padding, b = p % ow * stride + k % kernel - padding;
      if (a >= h || b >= wide) continue;
      g.dx[(c * h + a) * wide + b] += w[i] * dy[o * oh * ow + p];
      g.dw[i] += x[(c * h + a) * wide + b] * dy[o * oh * ow + p];
    }
  }
  return g;
}
