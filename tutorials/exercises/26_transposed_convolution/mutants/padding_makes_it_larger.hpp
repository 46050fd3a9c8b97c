// expect: - 2 padding
  const Array flat({x.shape[0], x.shape[1] * x.shape[2]}, x.data);
  const std::size_t out = w.shape[1] / (kernel * kernel);
  Array inner = col2im(matmul(transpose(w), flat), {out, (x.shape[1] - 1) * stride + kernel, (x.shape[2] - 1) * stride + kernel}, kernel, stride, 0);
  if (padding == 0) return inner;
  return Array({out, inner.shape[1] + 2 * padding, inner.shape[2] + 2 * padding});
