// expect: y
  // Puts zeros between the pixels and convolves: right, if the kernel is turned round, which it is not.
  const std::size_t h = (x.shape[1] - 1) * stride + 1, wide = (x.shape[2] - 1) * stride + 1, out = w.shape[1] / (kernel * kernel);
  Array apart({x.shape[0], h, wide}), weights({out, x.shape[0] * kernel * kernel});
  for (std::size_t i = 0; i < x.size(); ++i)
    apart[i / (x.shape[1] * x.shape[2]) * h * wide + i / x.shape[2] % x.shape[1] * stride * wide + i % x.shape[2] * stride] = x[i];
  for (std::size_t c = 0; c < x.shape[0]; ++c)
    for (std::size_t k = 0; k < w.shape[1]; ++k)
      weights.at(k / (kernel * kernel), c * kernel * kernel + k % (kernel * kernel)) = w.at(c, k);
  Array y = matmul(weights, im2col(apart, kernel, 1, kernel - 1 - padding));
  y.shape = {out, h + kernel - 1 - 2 * padding, wide + kernel - 1 - 2 * padding};
  return y;
