#pragma once

#include "course/array.hpp"

/// The columns of an image x, (channels, height, width): entry ((c, ky, kx), (oy, ox)) is
///   x[c, oy · stride + ky − padding, ox · stride + kx − padding], or 0 outside the image,
/// a matrix of (channels · kernel · kernel, oh · ow), where oh = (height + 2 padding − kernel) / stride + 1
/// and ow likewise, rounded down. Then a convolution is one product: weights (out, channels · kernel ·
/// kernel) times the columns.
inline Array im2col(const Array& x, std::size_t kernel, std::size_t stride, std::size_t padding) {
  // BEGIN SOLUTION
  const std::size_t channels = x.shape[0], height = x.shape[1], width = x.shape[2];
  const std::size_t oh = (height + 2 * padding - kernel) / stride + 1;
  const std::size_t ow = (width + 2 * padding - kernel) / stride + 1;
  Array columns({channels * kernel * kernel, oh * ow});
  for (std::size_t row = 0; row < columns.shape[0]; ++row) {
    const std::size_t c = row / (kernel * kernel), ky = row / kernel % kernel, kx = row % kernel;
    for (std::size_t oy = 0; oy < oh; ++oy)
      for (std::size_t ox = 0; ox < ow; ++ox) {
        // Above or left of the image the sum wraps to a huge number, which is outside as well.
        const std::size_t y = oy * stride + ky - padding, across = ox * stride + kx - padding;
        if (y < height && across < width)
          columns.at(row, oy * ow + ox) = x[(c * height + y) * width + across];
      }
  }
  return columns;
  // STUB
  //| // TODO: what does the kernel see at each place?
  //| (void)stride, (void)padding;
  //| return Array({x.shape[0] * kernel * kernel, 1});
  // END SOLUTION
}
