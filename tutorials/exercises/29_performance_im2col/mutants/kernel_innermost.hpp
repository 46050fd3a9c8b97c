// expect: jumps from line to line
  for (std::size_t oy = 0; oy < oh; ++oy)
    for (std::size_t ox = 0; ox < ow; ++ox)
      for (std::size_t c = 0; c < channels; ++c)
        for (std::size_t ky = 0; ky < kernel; ++ky)
          for (std::size_t kx = 0; kx < kernel; ++kx)
            columns.write(((c * kernel + ky) * kernel + kx) * oh * ow + oy * ow + ox, x.read((c * height + oy + ky) * width + ox + kx));
