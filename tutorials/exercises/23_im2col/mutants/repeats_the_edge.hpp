// expect: not its edge
  const auto h = static_cast<std::ptrdiff_t>(x.shape[1]), w = static_cast<std::ptrdiff_t>(x.shape[2]);
  const std::size_t oh = (x.shape[1] + 2 * padding - kernel) / stride + 1, ow = (x.shape[2] + 2 * padding - kernel) / stride + 1;
  Array columns({x.shape[0] * kernel * kernel, oh * ow});
  const auto inside = [](std::ptrdiff_t place, std::ptrdiff_t length) { return place < 0 ? 0 : place >= length ? length - 1 : place; };
  for (std::size_t row = 0; row < columns.shape[0]; ++row)
    for (std::size_t o = 0; o < oh * ow; ++o) {
      const auto p = static_cast<std::ptrdiff_t>(padding);
      const auto y = inside(static_cast<std::ptrdiff_t>(o / ow * stride + row / kernel % kernel) - p, h);
      const auto a = inside(static_cast<std::ptrdiff_t>(o % ow * stride + row % kernel) - p, w);
      columns.at(row, o) = x.data[row / (kernel * kernel) * x.shape[1] * x.shape[2] + static_cast<std::size_t>(y * w + a)];
    }
  return columns;
