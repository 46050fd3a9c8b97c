#include <cstring>
#include <type_traits>

#include "hourglass/autograd/kernels/im2col.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// Calls run(number of the tap, where in the plane, where in the rows) for each step of each row of
/// windows, tap after tap; what is passed first is how many numbers there are in a step.
template <class Run>
void for_each_step(const Windows& at, const Run& run) {
  const std::size_t width = row_step(at), down = at.stride.height * at.row_size();
  const auto with = [&](auto step) {
    std::size_t tap = 0;
    for (std::size_t k = 0; k < at.kernel.height; ++k)
      for (std::size_t l = 0; l < at.kernel.width; ++l, ++tap) {
        std::size_t start = at.start(k, l);
        for (std::size_t row = 0; row < at.count.height; ++row, start += down)
          for (std::size_t i = 0; i < width; i += step())
            run(step, tap, start + i, row * width + i);
      }
  };
  if (width == 8) return with(std::integral_constant<std::size_t, 8>());
  with(std::integral_constant<std::size_t, overrun>());
}

/// Σ a b over so many rows of a, which are whole steps of 8; b's rows are further apart.
Scalar products(const Scalar* a, std::size_t width, const Scalar* b, std::size_t down,
                std::size_t rows) {
  // Vectors of the compiler's, since it would keep arrays of sums in memory; two of them, so that
  // an addition need not wait for the one before.
  constexpr std::size_t lanes = 8;
  typedef Scalar Lanes __attribute__((vector_size(lanes * sizeof(Scalar))));
  const auto add_product = [](const Scalar* from, const Scalar* other, Lanes& sum) {
    Lanes x, y;
    std::memcpy(&x, from, sizeof x);
    std::memcpy(&y, other, sizeof y);
    sum += x * y;
  };
  Lanes even{}, odd{};
  for (std::size_t row = 0; row < rows; ++row, a += width, b += down) {
    add_product(a, b, even);
    for (std::size_t i = lanes; i < width; i += lanes) add_product(a + i, b + i, odd);
  }
  Scalar sum = 0;
  for (std::size_t lane = 0; lane < lanes; ++lane) sum += even[lane] + odd[lane];
  return sum;
}

}  // namespace

std::size_t row_step(const Windows& at) {
  return at.count.width <= 8 ? 8 : (at.count.width + overrun - 1) / overrun * overrun;
}

void forward_plane(const Scalar* plane, const Scalar* kernel, const Windows& at, Scalar* rows) {
  for_each_step(at, [=](auto step, std::size_t tap, std::size_t pixel, std::size_t window) {
    const Scalar weight = kernel[tap];
    const Scalar* __restrict from = plane + pixel;
    Scalar* __restrict to = rows + window;
#pragma omp simd
    for (std::size_t lane = 0; lane < step(); ++lane) to[lane] += weight * from[lane];
  });
}

void backward_data_plane(const Scalar* rows, const Scalar* kernel, const Windows& at,
                         Scalar* plane) {
  for_each_step(at, [=](auto step, std::size_t tap, std::size_t pixel, std::size_t window) {
    const Scalar weight = kernel[tap];
    const Scalar* __restrict from = rows + window;
    Scalar* __restrict to = plane + pixel;
#pragma omp simd
    for (std::size_t lane = 0; lane < step(); ++lane) to[lane] += weight * from[lane];
  });
}

void backward_weights_plane(const Scalar* rows, const Scalar* plane, const Windows& at,
                            Scalar* kernel) {
  const std::size_t width = row_step(at), down = at.stride.height * at.row_size();
  for (std::size_t k = 0; k < at.kernel.height; ++k)
    for (std::size_t l = 0; l < at.kernel.width; ++l, ++kernel)
      *kernel += products(rows, width, plane + at.start(k, l), down, at.count.height);
}

}}  // namespace hourglass
