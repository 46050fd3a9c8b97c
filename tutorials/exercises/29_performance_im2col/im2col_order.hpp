#pragma once

#include <cstddef>

/// im2col with stride 1 and without padding: entry ((c, ky, kx), (oy, ox)) of the columns is
/// x[c, oy + ky, ox + kx]. Both are stored row after row, each in a Memory: x.read(place) and
/// columns.write(place, number) go through a small cache of 16 lines, eight numbers each, every
/// line in the one place that its address gives it (the cache is in the test). The order of the
/// loops gives the right result, but fetches many times more lines than there are. Change it.
template <class Memory>
void im2col(Memory& x, Memory& columns, std::size_t channels, std::size_t height, std::size_t width,
            std::size_t kernel) {
  const std::size_t oh = height - kernel + 1, ow = width - kernel + 1;
  // BEGIN SOLUTION
  for (std::size_t c = 0; c < channels; ++c)
    for (std::size_t ky = 0; ky < kernel; ++ky)
      for (std::size_t kx = 0; kx < kernel; ++kx)
        for (std::size_t oy = 0; oy < oh; ++oy)
          for (std::size_t ox = 0; ox < ow; ++ox) {
            const std::size_t row = (c * kernel + ky) * kernel + kx;
            columns.write(row * oh * ow + oy * ow + ox,
                          x.read((c * height + oy + ky) * width + ox + kx));
          }
  // STUB
  //| for (std::size_t ox = 0; ox < ow; ++ox)
  //|   for (std::size_t oy = 0; oy < oh; ++oy)
  //|     for (std::size_t c = 0; c < channels; ++c)
  //|       for (std::size_t ky = 0; ky < kernel; ++ky)
  //|         for (std::size_t kx = 0; kx < kernel; ++kx) {
  //|           const std::size_t row = (c * kernel + ky) * kernel + kx;
  //|           columns.write(row * oh * ow + oy * ow + ox,
  //|                         x.read((c * height + oy + ky) * width + ox + kx));
  //|         }
  // END SOLUTION
}
