// expect: overlaps itself
  const std::size_t out = w.shape[1] / (kernel * kernel), oh = (x.shape[1] - 1) * stride + kernel - 2 * padding, ow = (x.shape[2] - 1) * stride + kernel - 2 * padding;
  Array y({out, oh, ow});
  for (std::size_t p = 0; p < x.size(); ++p)
    for (std::size_t k = 0; k < w.shape[1]; ++k) {
      const std::size_t a = p / x.shape[2] % x.shape[1] * stride + k / kernel % kernel - padding, b = p % x.shape[2] * stride + k % kernel - padding;
      if (a < oh && b < ow) y[(k / (kernel * kernel) * oh + a) * ow + b] = x[p] * w.at(p / (x.shape[1] * x.shape[2]), k);
    }
  return y;
