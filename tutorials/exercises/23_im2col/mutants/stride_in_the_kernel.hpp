// expect: The stride multiplies the place in the output
  const std::size_t h = x.shape[1], w = x.shape[2], oh = (h + 2 * padding - kernel) / stride + 1, ow = (w + 2 * padding - kernel) / stride + 1;
  Array columns({x.shape[0] * kernel * kernel, oh * ow});
  for (std::size_t row = 0; row < columns.shape[0]; ++row)
    for (std::size_t o = 0; o < oh * ow; ++o) {
      const std::size_t y = o / ow + row / kernel % kernel * stride - padding, a = o % ow + row % kernel * stride - padding;
      if (y < h && a < w) columns.at(row, o) = x[(row / (kernel * kernel) * h + y) * w + a];
    }
  return columns;
