#pragma once

#include "im2col.hpp"

/// The gradient of im2col: each entry of `columns` is added to the pixel from which im2col(x,
/// kernel, stride, padding) took it, in an image of `shape`, (channels, height, width).
inline Array col2im(const Array& columns, std::vector<std::size_t> shape, std::size_t kernel,
                    std::size_t stride, std::size_t padding) {
  // BEGIN SOLUTION
  Array image(shape);
  const std::size_t height = shape[1], width = shape[2];
  const std::size_t ow = (width + 2 * padding - kernel) / stride + 1;
  for (std::size_t row = 0; row < columns.shape[0]; ++row) {
    const std::size_t c = row / (kernel * kernel), ky = row / kernel % kernel, kx = row % kernel;
    for (std::size_t o = 0; o < columns.shape[1]; ++o) {
      const std::size_t y = o / ow * stride + ky - padding, across = o % ow * stride + kx - padding;
      if (y < height && across < width)
        image[(c * height + y) * width + across] += columns.at(row, o);
    }
  }
  return image;
  // STUB
  //| // TODO: im2col, turned round.
  //| (void)columns, (void)kernel, (void)stride, (void)padding;
  //| return Array(shape);
  // END SOLUTION
}
