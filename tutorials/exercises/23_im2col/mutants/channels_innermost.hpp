// expect: Rows are ordered by channel
  const std::size_t n = x.shape[0], h = x.shape[1], w = x.shape[2], oh = (h + 2 * padding - kernel) / stride + 1, ow = (w + 2 * padding - kernel) / stride + 1;
  Array columns({n * kernel * kernel, oh * ow});
  for (std::size_t row = 0; row < columns.shape[0]; ++row)
    for (std::size_t o = 0; o < oh * ow; ++o) {
      const std::size_t k = row / n, y = o / ow * stride + k / kernel - padding, a = o % ow * stride + k % kernel - padding;
      if (y < h && a < w) columns.at(row, o) = x[(row % n * h + y) * w + a];
    }
  return columns;
