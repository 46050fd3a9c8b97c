  Array padded({x.shape[0], x.shape[1] + 2 * padding, x.shape[2] + 2 * padding});
  const std::size_t wide = padded.shape[2], high = padded.shape[1];
  for (std::size_t c = 0; c < x.shape[0]; ++c)
    for (std::size_t y = 0; y < x.shape[1]; ++y)
      for (std::size_t a = 0; a < x.shape[2]; ++a)
        padded[(c * high + y + padding) * wide + a + padding] = x[(c * x.shape[1] + y) * x.shape[2] + a];
  Array columns({x.shape[0] * kernel * kernel, 0});
  std::size_t places = 0;
  for (std::size_t c = 0; c < x.shape[0]; ++c)
    for (std::size_t ky = 0; ky < kernel; ++ky)
      for (std::size_t kx = 0; kx < kernel; ++kx) {
        places = 0;
        for (std::size_t y = ky; y + kernel <= high + ky; y += stride)
          for (std::size_t a = kx; a + kernel <= wide + kx; a += stride, ++places)
            columns.data.push_back(padded[(c * high + y) * wide + a]);
      }
  columns.shape[1] = places;
  return columns;
