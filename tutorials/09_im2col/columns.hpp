#pragma once

#include <algorithm>

#include "hourglass/autograd/base/tensor.hpp"

using hourglass::Scalar;
using hourglass::Tensor;

// [geometry]
/// Square windows on an image of (channels, size, size).
struct Layer {
  std::size_t channels, size, kernel, stride, padding;
  std::size_t side() const { return (size + 2 * padding - kernel) / stride + 1; }
  std::size_t places() const { return side() * side(); }
  std::size_t taps() const { return channels * kernel * kernel; }
  std::size_t pixels() const { return channels * size * size; }
};

/// Calls work(pixel, entry) for each entry of the columns, (taps, places), that reads a pixel.
template <class Work>
void for_each_entry(const Layer& at, const Work& work) {
  const std::size_t side = at.side();
  std::size_t entry = 0;
  for (std::size_t c = 0; c < at.channels; ++c)
    for (std::size_t k = 0; k < at.kernel; ++k)
      for (std::size_t l = 0; l < at.kernel; ++l)
        for (std::size_t i = 0; i < side; ++i)
          for (std::size_t j = 0; j < side; ++j, ++entry) {
            // Left of the image and above it this wraps round to a huge number: outside as well.
            const std::size_t y = i * at.stride + k - at.padding;
            const std::size_t x = j * at.stride + l - at.padding;
            if (y < at.size && x < at.size) work((c * at.size + y) * at.size + x, entry);
          }
}

inline void im2col(const Layer& at, const Scalar* image, Scalar* columns) {
  std::fill_n(columns, at.taps() * at.places(), Scalar(0));  // the padding
  for_each_entry(at, [&](std::size_t pixel, std::size_t entry) { columns[entry] = image[pixel]; });
}
inline void col2im(const Layer& at, const Scalar* columns, Scalar* image) {
  for_each_entry(at, [&](std::size_t pixel, std::size_t entry) { image[pixel] += columns[entry]; });
}
// [/geometry]

// [loops]
inline void seven_loops(const Layer& at, const Tensor& x, const Tensor& w, Tensor& y) {
  const std::size_t images = y.shape()[0], features = y.shape()[1], side = at.side();
  for (std::size_t n = 0; n < images; ++n)
    for (std::size_t o = 0; o < features; ++o)
      for (std::size_t i = 0; i < side; ++i)
        for (std::size_t j = 0; j < side; ++j) {
          Scalar sum = 0;
          for (std::size_t c = 0; c < at.channels; ++c)
            for (std::size_t k = 0; k < at.kernel; ++k)
              for (std::size_t l = 0; l < at.kernel; ++l) {
                const std::size_t row = i * at.stride + k - at.padding;
                const std::size_t column = j * at.stride + l - at.padding;
                if (row < at.size && column < at.size) sum += w(o, c, k, l) * x(n, c, row, column);
              }
          y(n, o, i, j) = sum;
        }
}
// [/loops]
