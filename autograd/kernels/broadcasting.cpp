#include "hourglass/autograd/kernels/broadcasting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <span>

#include "hourglass/autograd/base/error.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr std::size_t max_rank = 8;

/// One axis of the larger shape: `shared` where the smaller shape has it too, else broadcast there.
struct Axis {
  std::size_t size;
  bool shared;
  std::size_t large_stride = 0, small_stride = 0;
};

/// The axes of a broadcast, outermost first, with neighbours of one kind merged: adding a bias to
/// (32, 7, 7, 16) is the two axes 1568 (broadcast) and 16 (shared).
struct Broadcast {
  std::array<Axis, max_rank> axes;
  std::size_t rank = 0;

  Broadcast(const Shape& large, const Shape& small) {
    if (large.size() > max_rank || small.size() > large.size()) fail(large, small);
    const std::size_t lacking = large.size() - small.size();
    for (std::size_t i = 0; i < large.size(); ++i) {
      const std::size_t in_small = i < lacking ? 1 : small[i - lacking];
      if (in_small != large[i] && in_small != 1) fail(large, small);
      append(large[i], in_small == large[i]);
    }
    if (rank == 0) append(1, true);
    std::size_t large_stride = 1, small_stride = 1;
    for (std::size_t i = rank; i-- > 0;) {
      Axis& axis = axes[i];
      axis.large_stride = large_stride;
      axis.small_stride = axis.shared ? small_stride : 0;
      large_stride *= axis.size;
      if (axis.shared) small_stride *= axis.size;
    }
  }

  void append(std::size_t size, bool shared) {
    if (size == 1 && rank > 0) return;
    if (rank > 0 && axes[rank - 1].shared == shared) {
      axes[rank - 1].size *= size;
    } else if (rank == 1 && axes[0].size == 1) {
      axes[0] = {size, shared};
    } else {
      axes[rank++] = {size, shared};
    }
  }

  [[noreturn]] static void fail(const Shape& large, const Shape& small) {
    throw ShapeError(
        fmt::format("{} does not broadcast to {}: read from the right, each size must be "
                    "equal or 1",
                    to_text(small), to_text(large)));
  }

  /// Calls run(large, small, length, shared) for each run along the innermost axis.
  template <class Large, class Small, class Run>
  void for_each_run(Large* large, Small* small, const Run& run, std::size_t depth = 0) const {
    const Axis& axis = axes[depth];
    if (depth + 1 == rank) return run(large, small, axis.size, axis.shared);
    for (std::size_t i = 0; i < axis.size; ++i)
      for_each_run(large + i * axis.large_stride, small + i * axis.small_stride, run, depth + 1);
  }
};

/// Several running sums side by side, so that the additions need not wait for one another.
Scalar sum_of(const Scalar* x, std::size_t n) {
  constexpr std::size_t lanes = 32;
  std::array<Scalar, lanes> sums{};
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (std::size_t lane = 0; lane < lanes; ++lane) sums[lane] += x[i + lane];
  for (; i < n; ++i) sums[i % lanes] += x[i];
  Scalar total = 0;
  for (Scalar sum : sums) total += sum;
  return total;
}

}  // namespace

void add_to(const Tensor& from, Tensor& into, Sum sum, Range range) {
  const Scalar* x = from.data();
  Scalar* y = into.data();
  const bool accumulate = sum == Sum::accumulate;
#pragma omp simd
  for (std::size_t i = range.begin; i < range.end; ++i) y[i] = accumulate ? y[i] + x[i] : x[i];
}

void reduce_to(const Tensor& from, Tensor& into, const Shape& kept, Sum sum) {
  const Broadcast broadcast(from.shape(), kept);
  if (sum == Sum::replace) into.fill(0);
  if (from.size() == 0) return;
  broadcast.for_each_run(from.data(), into.data(),
                         [](const Scalar* x, Scalar* y, std::size_t n, bool shared) {
                           if (!shared) {
                             *y += sum_of(x, n);
                           } else {
                             for (std::size_t i = 0; i < n; ++i) y[i] += x[i];
                           }
                         });
}

void reduce_max_to(const Tensor& from, Tensor& into, const Shape& kept) {
  const Broadcast broadcast(from.shape(), kept);
  into.fill(-std::numeric_limits<Scalar>::infinity());
  if (from.size() == 0) return;
  // Written so that a comparison with NaN, which is false, keeps the NaN.
  const auto larger = [](Scalar x, Scalar y) { return x <= y ? y : (y != y ? y : x); };
  broadcast.for_each_run(from.data(), into.data(),
                         [&](const Scalar* x, Scalar* y, std::size_t n, bool shared) {
                           if (shared) {
                             for (std::size_t i = 0; i < n; ++i) y[i] = larger(x[i], y[i]);
                           } else {
                             for (std::size_t i = 0; i < n; ++i) *y = larger(x[i], *y);
                           }
                         });
}

void broadcast_to(const Tensor& from, const Shape& kept, Tensor& into, Sum sum) {
  const Broadcast broadcast(into.shape(), kept);
  if (into.size() == 0) return;
  const bool accumulate = sum == Sum::accumulate;
  broadcast.for_each_run(into.data(), from.data(),
                         [accumulate](Scalar* y, const Scalar* x, std::size_t n, bool shared) {
                           if (accumulate) {
                             for (std::size_t i = 0; i < n; ++i) y[i] += shared ? x[i] : *x;
                           } else if (shared) {
                             std::copy_n(x, n, y);
                           } else {
                             std::fill_n(y, n, *x);
                           }
                         });
}

namespace {

/// One axis of a permutation: its size, and how far apart neighbours along it lie on both sides.
struct Strides {
  std::size_t size, from, into;
};

/// into = fromᵀ, where the rows of `into` are neighbours in `from`.
template <Sum sum>
void transpose_plane(const Scalar* from, Scalar* into, Strides rows, Strides columns) {
  constexpr std::size_t side = 32;  // in squares that fit the cache on both sides
  for (std::size_t top = 0; top < rows.size; top += side)
    for (std::size_t left = 0; left < columns.size; left += side)
      for (std::size_t i = top; i < std::min(top + side, rows.size); ++i)
        for (std::size_t j = left; j < std::min(left + side, columns.size); ++j) {
          const Scalar x = from[j * columns.from + i];
          Scalar& y = into[i * rows.into + j];
          y = sum == Sum::accumulate ? y + x : x;
        }
}

template <Sum sum>
void copy_run(const Scalar* from, Scalar* into, std::size_t length) {
  for (std::size_t i = 0; i < length; ++i)
    into[i] = sum == Sum::accumulate ? into[i] + from[i] : from[i];
}

/// The axes of a permutation in the order of `into`, with those merged that stay neighbours: NCHW
/// to NHWC is N, HW, C. Last come the ones along which `from` and `into` are contiguous, so that
/// the loops inside run over a run or a plane of neighbours.
struct Permutation {
  std::array<Strides, max_rank> axes;
  std::size_t rank = 0;

  Permutation(std::span<const std::size_t> sizes, std::span<const std::uint8_t> order) {
    std::array<std::size_t, max_rank> from_strides;
    std::size_t stride = 1;
    for (std::size_t i = sizes.size(); i-- > 0; stride *= sizes[i]) from_strides[i] = stride;
    for (std::uint8_t axis : order) append(sizes[axis], from_strides[axis]);
    if (rank == 0) append_new(1, 1);
    stride = 1;
    for (std::size_t i = rank; i-- > 0; stride *= axes[i].size) axes[i].into = stride;
    const auto contiguous = std::find_if(axes.begin(), axes.begin() + rank,
                                         [](const Strides& axis) { return axis.from == 1; });
    if (!is_run()) std::rotate(contiguous, contiguous + 1, axes.begin() + rank - 1);
  }

  void append(std::size_t size, std::size_t from) {
    if (size == 1) return;
    if (rank > 0 && axes[rank - 1].from == size * from) {
      axes[rank - 1] = {axes[rank - 1].size * size, from, 0};
    } else {
      append_new(size, from);
    }
  }
  void append_new(std::size_t size, std::size_t from) { axes[rank++] = {size, from, 0}; }

  bool is_run() const { return axes[rank - 1].from == 1; }

  template <Sum sum>
  void copy(const Scalar* from, Scalar* into, std::size_t depth = 0) const {
    const Strides& axis = axes[depth];
    if (depth + 1 == rank) return copy_run<sum>(from, into, axis.size);
    if (depth + 2 == rank && !is_run())
      return transpose_plane<sum>(from, into, axis, axes[depth + 1]);
    for (std::size_t i = 0; i < axis.size; ++i)
      copy<sum>(from + i * axis.from, into + i * axis.into, depth + 1);
  }

  /// A part of the outermost axis.
  void copy_part(const Scalar* from, Scalar* into, Sum sum, Range range) const {
    Permutation part = *this;
    Strides& axis = part.axes[0];
    axis.size = range.end - range.begin;
    from += range.begin * axis.from;
    into += range.begin * axis.into;
    if (sum == Sum::accumulate) {
      part.copy<Sum::accumulate>(from, into);
    } else {
      part.copy<Sum::replace>(from, into);
    }
  }
};

}  // namespace

void permute_to(const Scalar* from, std::span<const std::size_t> sizes,
                std::span<const std::uint8_t> order, Scalar* into, Sum sum) {
  std::size_t count = 1;
  for (std::size_t size : sizes) count *= size;
  if (count == 0) return;
  const Permutation permutation(sizes, order);
  const std::size_t parts = parts_worth(count);
  run_in_parallel(parts, [&](std::size_t part) {
    permutation.copy_part(from, into, sum, split_range(permutation.axes[0].size, part, parts));
  });
}

}}  // namespace hourglass
