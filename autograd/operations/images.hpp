#pragma once

#include <fmt/format.h>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/autograd/tape.hpp"

// What operations on the planes of images, one for each channel, have in common.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Throws ShapeError for what is not (N, C, H, W).
inline void check_images(const char* operation, Var x) {
  if (x.dimension() != 4)
    throw ShapeError(fmt::format("{}: x is {}: images are (N, C, H, W){}", operation,
                                 to_text(x.shape()), in_module(x)));
}

/// Calls work(plane, part) for each channel of each image, those of one part one after the other;
/// `size` numbers in all.
template <class Work>
void for_each_plane(std::size_t planes, std::size_t size, const Work& work) {
  if (size == 0) return;
  const std::size_t parts = parts_worth(size);
  run_in_parallel(parts, [&](std::size_t part) {
    const Range own = split_range(planes, part, parts);
    for (std::size_t plane = own.begin; plane < own.end; ++plane) work(plane, part);
  });
}

}}  // namespace hourglass
