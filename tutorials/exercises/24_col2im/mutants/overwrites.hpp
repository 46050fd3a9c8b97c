// expect: Shares are added up
  Array image(shape);
  const std::size_t h = shape[1], w = shape[2], ow = (w + 2 * padding - kernel) / stride + 1;
  for (std::size_t row = 0; row < columns.shape[0]; ++row)
    for (std::size_t o = 0; o < columns.shape[1]; ++o) {
      const std::size_t y = o / ow * stride + row / kernel % kernel - padding, a = o % ow * stride + row % kernel - padding;
      if (y < h && a < w) image[(row / (kernel * kernel) * h + y) * w + a] = columns.at(row, o);
    }
  return image;
