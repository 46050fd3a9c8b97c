#include "autograd/im2col.hpp"

#include <algorithm>
#include <cstring>

namespace hourglass::inline HOURGLASS_PRECISION {

namespace {

/// Calls run(channel's pixels, plane's numbers, how many) for each stretch of a channel's row that
/// lies in one stretch of its plane; the pixels are a stride apart.
template <class Run>
void for_each_stretch(const Windows& at, const Run& run) {
  const std::size_t stride = at.stride.width, padding = at.padding.width;
  for (std::size_t row = 0; row < at.image.height; ++row) {
    const std::size_t plane_row = row + at.padding.height;
    if (plane_row >= at.plane_rows()) break;
    for (std::size_t phase = 0; phase < stride; ++phase) {
      // The first number of this phase that is a pixel, and the pixel that it is.
      const std::size_t first = padding > phase ? (padding - phase + stride - 1) / stride : 0;
      const std::size_t pixel = phase + first * stride - padding;
      if (pixel >= at.image.width || first >= at.phase_size()) continue;
      const std::size_t pixels = (at.image.width - pixel + stride - 1) / stride;
      run(row * at.image.width + pixel, plane_row * at.row_size() + phase * at.phase_size() + first,
          std::min(pixels, at.phase_size() - first));
    }
  }
}

template <std::size_t step>
void copy_run(const Scalar* from, std::size_t count, Scalar* to) {
  for (std::size_t i = 0; i < count; i += step)
    std::memcpy(to + i, from + i, step * sizeof(Scalar));
}

template <std::size_t step>
void add_run(const Scalar* __restrict from, std::size_t count, Scalar* __restrict to) {
  for (std::size_t i = 0; i < count; i += step)
    for (std::size_t lane = 0; lane < step; ++lane) {
      const Scalar value = from[i + lane];
      to[i + lane] += i + lane < count ? value : Scalar(0);
    }
}

/// Calls run(where in the planes, where in the columns) for each row of windows, in the order of
/// the columns.
template <class Run>
void for_each_row(const Stack& stack, const Windows& at, const Run& run) {
  const std::size_t rows = at.count.height, width = at.count.width, size = at.plane_size();
  const std::size_t row_step = at.stride.height * at.row_size();
  std::size_t column = 0;
  for (std::size_t channel = 0; channel < stack.channels; ++channel)
    for (std::size_t k = 0; k < at.kernel.height; ++k)
      for (std::size_t l = 0; l < at.kernel.width; ++l) {
        std::size_t plane = channel * size + at.start(k, l);
        for (std::size_t image = 0; image < stack.images; ++image, plane += stack.image_step * size)
          for (std::size_t row = 0; row < rows; ++row, column += width)
            run(plane + row * row_step, column);
      }
}

/// Calls work with the step in which to go along rows of this many numbers.
template <class Work>
void with_step(std::size_t width, const Work& work) {
  if (width <= 8) return work(std::integral_constant<std::size_t, 8>());
  work(std::integral_constant<std::size_t, overrun>());
}

}  // namespace

void to_planes(const Scalar* channels, std::size_t count, const Windows& at, Scalar* planes) {
  const std::size_t stride = at.stride.width;
  for (std::size_t i = 0; i < count; ++i) {
    const Scalar* channel = channels + i * at.pixels();
    Scalar* plane = planes + i * at.plane_size();
    for_each_stretch(at, [&](std::size_t pixel, std::size_t number, std::size_t length) {
      if (stride == 1) {
        std::copy_n(channel + pixel, length, plane + number);
      } else {
        for (std::size_t j = 0; j < length; ++j) plane[number + j] = channel[pixel + j * stride];
      }
    });
  }
}

void from_planes(const Scalar* planes, std::size_t count, const Windows& at, Scalar* channels) {
  const std::size_t stride = at.stride.width;
  for (std::size_t i = 0; i < count; ++i) {
    Scalar* channel = channels + i * at.pixels();
    const Scalar* plane = planes + i * at.plane_size();
    for_each_stretch(at, [&](std::size_t pixel, std::size_t number, std::size_t length) {
      if (stride == 1) {
        for (std::size_t j = 0; j < length; ++j) channel[pixel + j] += plane[number + j];
      } else {
        for (std::size_t j = 0; j < length; ++j) channel[pixel + j * stride] += plane[number + j];
      }
    });
  }
}

void im2col(const Scalar* planes, const Stack& stack, const Windows& at, Scalar* columns) {
  with_step(at.count.width, [&](auto step) {
    for_each_row(stack, at, [&](std::size_t plane, std::size_t column) {
      copy_run<step()>(planes + plane, at.count.width, columns + column);
    });
  });
}

void col2im(const Scalar* columns, const Stack& stack, const Windows& at, Scalar* planes) {
  with_step(at.count.width, [&](auto step) {
    for_each_row(stack, at, [&](std::size_t plane, std::size_t column) {
      add_run<step()>(columns + column, at.count.width, planes + plane);
    });
  });
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
