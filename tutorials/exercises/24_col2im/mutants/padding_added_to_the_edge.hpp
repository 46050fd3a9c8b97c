// expect: belongs to no pixel
  Array image(shape);
  const std::size_t h = shape[1], w = shape[2], ow = (w + 2 * padding - kernel) / stride + 1;
  for (std::size_t row = 0; row < columns.shape[0]; ++row)
    for (std::size_t o = 0; o < columns.shape[1]; ++o) {
      std::size_t y = o / ow * stride + row / kernel % kernel, a = o % ow * stride + row % kernel;
      y = y < padding ? 0 : std::min(y - padding, h - 1);
      a = a < padding ? 0 : std::min(a - padding, w - 1);
      image[(row / (kernel * kernel) * h + y) * w + a] += columns.at(row, o);
    }
  return image;
