#include "hourglass/autograd/kernels/im2col.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

#include "hourglass/autograd/kernels/gemm.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// Along a row: the pixels `pixel`, `pixel` + stride, … are the numbers `number`, `number` + 1, …
struct Stretch {
  std::size_t pixel, number, length;
};

/// The one of this phase, the columns of a plane that leave it as their remainder by the stride.
Stretch stretch_of(const Windows& at, std::size_t phase) {
  const std::size_t stride = at.stride.width, padding = at.padding.width;
  const std::size_t first = padding > phase ? (padding - phase + stride - 1) / stride : 0;
  const std::size_t pixel = phase + first * stride - padding;
  if (pixel >= at.image.width || first >= at.phase_size()) return {pixel, 0, 0};
  const std::size_t pixels = (at.image.width - pixel + stride - 1) / stride;
  return {pixel, phase * at.phase_size() + first, std::min(pixels, at.phase_size() - first)};
}

/// For a stride of 1 or 2, the stretches of the even and of the odd pixels; for 1 all are even.
std::pair<Stretch, Stretch> parts_of(const Windows& at) {
  if (at.stride.width == 1) return {stretch_of(at, 0), {}};
  const std::size_t phase = at.padding.width % 2;
  return {stretch_of(at, phase), stretch_of(at, 1 - phase)};
}

/// Calls run(where in the channels, where in the planes) for each row of pixels that planes have.
template <class Run>
void for_each_pixel_row(std::size_t count, const Windows& at, const Run& run) {
  const std::size_t top = at.padding.height, rows = at.plane_rows();
  const std::size_t used = std::min<std::size_t>(at.image.height, rows - std::min(top, rows));
  for (std::size_t channel = 0; channel < count; ++channel)
    for (std::size_t row = 0; row < used; ++row)
      run((channel * at.image.height + row) * at.image.width,
          (channel * rows + top + row) * at.row_size());
}

/// Calls run(where in the channels, where in the planes, how many) for each stretch of each row.
template <class Run>
void for_each_stretch(std::size_t count, const Windows& at, const Run& run) {
  for (std::size_t phase = 0; phase < at.stride.width; ++phase) {
    const Stretch s = stretch_of(at, phase);
    for_each_pixel_row(count, at, [&](std::size_t pixel, std::size_t number) {
      run(pixel + s.pixel, number + s.number, s.length);
    });
  }
}

/// So many numbers in whole steps.
std::size_t steps(std::size_t count) {
  return (count + overrun - 1) / overrun * overrun;
}

/// As wide as a float, so that lanes are compared and numbers chosen in registers of one length.
using Lane = std::int32_t;

// The following work in whole steps. What lies beyond a run is read, and left as it is.

/// to = from, or to += from, for `count` numbers
template <std::size_t step, Sum sum>
void put_run(const Scalar* __restrict from, std::size_t count, Scalar* __restrict to) {
  for (std::size_t i = 0; i < count; i += step, from += step, to += step) {
    const Lane rest = static_cast<Lane>(count - i);
#pragma omp simd
    for (Lane lane = 0; lane < Lane(step); ++lane) {
      const Scalar value = from[lane], old = to[lane];
      to[lane] = lane < rest ? (sum == Sum::replace ? value : old + value) : old;
    }
  }
}

/// Puts the numbers of even place into one run, and those of odd place into another.
void part_run(const Scalar* __restrict from, std::size_t evens, Scalar* __restrict even,
              std::size_t odds, Scalar* __restrict odd) {
  for (std::size_t i = 0; i < std::max(evens, odds); i += overrun, from += 2 * overrun) {
    const Lane even_rest = static_cast<Lane>(evens) - static_cast<Lane>(i);
    const Lane odd_rest = static_cast<Lane>(odds) - static_cast<Lane>(i);
#pragma omp simd
    for (Lane lane = 0; lane < Lane(overrun); ++lane) {
      const Lane pair = 2 * lane;
      const Scalar a = from[pair], b = from[pair + 1];
      if (lane < even_rest) even[i + lane] = a;  // the runs are neighbours: no writing back
      if (lane < odd_rest) odd[i + lane] = b;
    }
  }
}

/// Adds the one run to the numbers of even place, and the other to those of odd place.
void add_parted(const Scalar* __restrict even, std::size_t evens, const Scalar* __restrict odd,
                std::size_t odds, Scalar* __restrict to) {
  for (std::size_t i = 0; i < std::max(evens, odds); i += overrun, to += 2 * overrun) {
    const Lane even_rest = static_cast<Lane>(evens) - static_cast<Lane>(i);
    const Lane odd_rest = static_cast<Lane>(odds) - static_cast<Lane>(i);
#pragma omp simd
    for (Lane lane = 0; lane < Lane(overrun); ++lane) {
      const Scalar a = even[i + lane], b = odd[i + lane];
      const Lane pair = 2 * lane;
      to[pair] += lane < even_rest ? a : Scalar(0);
      to[pair + 1] += lane < odd_rest ? b : Scalar(0);
    }
  }
}

/// to = from for rows of so many numbers, one close behind the other in `to`, so that what a row
/// puts beyond its end is the next one's place.
template <std::size_t step>
void copy_rows(const Scalar* from, std::size_t from_step, std::size_t rows, std::size_t width,
               Scalar* to) {
  for (std::size_t row = 0; row < rows; ++row, from += from_step, to += width)
    for (std::size_t i = 0; i < width; i += step)
      std::memcpy(to + i, from + i, step * sizeof(Scalar));
}

/// Calls run(where in the planes, where in the columns) for each image's part of a row of columns,
/// in their order.
template <class Run>
void for_each_tap(const Stack& stack, const Windows& at, const Run& run) {
  const std::size_t size = at.plane_size(), total = at.total();
  std::size_t column = 0;
  for (std::size_t channel = 0; channel < stack.channels; ++channel)
    for (std::size_t k = 0; k < at.kernel.height; ++k)
      for (std::size_t l = 0; l < at.kernel.width; ++l) {
        const std::size_t plane = channel * size + at.start(k, l);
        for (std::size_t image = 0; image < stack.images; ++image, column += total)
          run(plane + image * stack.image_step * size, column);
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
  const std::size_t stride = at.stride.width, size = count * at.pixels();
  const auto copy = [&](std::size_t pixel, std::size_t number, std::size_t length) {
    for (std::size_t i = 0; i < length; ++i) planes[number + i] = channels[pixel + i * stride];
  };
  if (stride > 2) return for_each_stretch(count, at, copy);
  const auto [even, odd] = parts_of(at);
  for_each_pixel_row(count, at, [&](std::size_t pixel, std::size_t number) {
    Scalar* row = planes + number;
    if (pixel + steps(at.image.width) + 2 * overrun > size) {
      copy(pixel + even.pixel, number + even.number, even.length);
      copy(pixel + odd.pixel, number + odd.number, odd.length);
    } else if (stride == 1) {
      put_run<overrun, Sum::replace>(channels + pixel, even.length, row + even.number);
    } else {
      part_run(channels + pixel, even.length, row + even.number, odd.length, row + odd.number);
    }
  });
}

void from_planes(const Scalar* planes, std::size_t count, const Windows& at, Scalar* channels) {
  const std::size_t stride = at.stride.width, size = count * at.pixels();
  const auto add = [&](std::size_t pixel, std::size_t number, std::size_t length) {
    for (std::size_t i = 0; i < length; ++i) channels[pixel + i * stride] += planes[number + i];
  };
  if (stride > 2) return for_each_stretch(count, at, add);
  const auto [even, odd] = parts_of(at);
  for_each_pixel_row(count, at, [&](std::size_t pixel, std::size_t number) {
    const Scalar* row = planes + number;
    if (pixel + steps(at.image.width) + 2 * overrun > size) {
      add(pixel + even.pixel, number + even.number, even.length);
      add(pixel + odd.pixel, number + odd.number, odd.length);
    } else if (stride == 1) {
      put_run<overrun, Sum::accumulate>(row + even.number, even.length, channels + pixel);
    } else {
      add_parted(row + even.number, even.length, row + odd.number, odd.length, channels + pixel);
    }
  });
}

void im2col(const Scalar* planes, const Stack& stack, const Windows& at, Scalar* columns) {
  const std::size_t row_step = at.stride.height * at.row_size();
  with_step(at.count.width, [&](auto step) {
    for_each_tap(stack, at, [&](std::size_t plane, std::size_t column) {
      copy_rows<step()>(planes + plane, row_step, at.count.height, at.count.width,
                        columns + column);
    });
  });
}

void col2im(const Scalar* columns, const Stack& stack, const Windows& at, Scalar* planes) {
  const std::size_t row_step = at.stride.height * at.row_size(), width = at.count.width;
  with_step(width, [&](auto step) {
    for_each_tap(stack, at, [&](std::size_t plane, std::size_t column) {
      for (std::size_t row = 0; row < at.count.height; ++row)
        put_run<step(), Sum::accumulate>(columns + column + row * width, width,
                                         planes + plane + row * row_step);
    });
  });
}

}}  // namespace hourglass
