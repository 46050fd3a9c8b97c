#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/operation.hpp"
#include "hourglass/autograd/operations.hpp"
#include "hourglass/autograd/operations/images.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// Where the windows of a pooling lie along one axis: `outputs` of them, each of `kernel` inputs,
/// the first one beginning `padding` before the axis does.
struct Windows {
  std::size_t inputs, kernel, stride, padding;
  std::size_t outputs = (inputs + 2 * padding - kernel) / stride + 1;

  /// The windows whose element number k is on the axis and not in its padding.
  Range with(std::size_t k) const {
    const std::size_t first = k < padding ? (padding - k + stride - 1) / stride : 0;
    const std::size_t end = inputs + padding > k ? (inputs + padding - k - 1) / stride + 1 : 0;
    return {first, std::max(first, std::min(outputs, end))};
  }

  /// The elements of a window that are not in the padding.
  Range of(std::size_t window) const {
    const std::size_t begin = window * stride;  // counted from the padding's beginning
    return {std::max(begin, padding) - padding, std::min(begin + kernel - padding, inputs)};
  }
  /// The windows without padding.
  Range whole() const {
    const std::size_t first = std::min(outputs, (padding + stride - 1) / stride);
    const std::size_t end =
        inputs + padding < kernel ? 0 : (inputs + padding - kernel) / stride + 1;
    return {first, std::max(first, std::min(outputs, end))};
  }
};

struct Pooling {
  Windows rows, columns;

  Pooling(const char* operation, Var x, const PoolOptions& options)
      : rows(windows(checked(operation, x, options).shape()[2], options.kernel.height,
                     options.stride.height, options.padding.height)),
        columns(windows(x.shape()[3], options.kernel.width, options.stride.width,
                        options.padding.width)) {}

  static Windows windows(std::size_t inputs, std::size_t kernel, std::size_t stride,
                         std::size_t padding) {
    return {inputs, kernel, stride ? stride : kernel, padding};
  }

  static Var checked(const char* operation, Var x, const PoolOptions& options) {
    check_images(operation, x);
    const auto [height, width] = options.kernel;
    const auto [above, left] = options.padding;
    if (height == 0 || width == 0)
      throw ShapeError(fmt::format("{}: the kernel is {} by {}: it must be at least 1 by 1{}",
                                   operation, height, width, in_module(x)));
    if (above > height / 2 || left > width / 2)
      throw ShapeError(
          fmt::format("{}: the padding is {} by {} but the kernel {} by {}: at most half of the "
                      "kernel may be padding{}",
                      operation, above, left, height, width, in_module(x)));
    const std::size_t padded_height = x.shape()[2] + std::size_t{2} * above;
    const std::size_t padded_width = x.shape()[3] + std::size_t{2} * left;
    if (padded_height < height || padded_width < width)
      throw ShapeError(
          fmt::format("{}: x is {}, padded by {} by {}: a kernel of {} by {} does not fit{}",
                      operation, to_text(x.shape()), above, left, height, width, in_module(x)));
    return x;
  }

  Shape shape(Var x) const { return {x.shape()[0], x.shape()[1], rows.outputs, columns.outputs}; }
  std::size_t inputs() const { return rows.inputs * columns.inputs; }
  std::size_t outputs() const { return rows.outputs * columns.outputs; }
  Scalar window_size() const { return static_cast<Scalar>(rows.kernel * columns.kernel); }

  /// Calls run(in_x, in_y, n, stride) so often that in_x + i stride and in_y + i, for i < n, are
  /// once each pair of an element and a window that it is in; those of a window in their order.
  template <class Run>
  void for_each_pair(const Run& run) const {
    for (std::size_t row = 0; row < rows.outputs; ++row)
      for (std::size_t i = 0; i < rows.kernel; ++i) {
        const std::size_t y = row * rows.stride + i;  // counted from the padding's first row
        if (y < rows.padding || y >= rows.inputs + rows.padding) continue;
        for (std::size_t j = 0; j < columns.kernel; ++j) {
          const Range range = columns.with(j);
          const std::size_t first = range.begin * columns.stride + j - columns.padding;
          with_stride(run, (y - rows.padding) * columns.inputs + first,
                      row * columns.outputs + range.begin, range.end - range.begin);
        }
      }
  }

  /// With the usual strides as constants, for which the compiler makes better loops.
  template <class Run>
  void with_stride(const Run& run, std::size_t in_x, std::size_t in_y, std::size_t n) const {
    if (columns.stride == 1) return run(in_x, in_y, n, std::integral_constant<std::size_t, 1>());
    if (columns.stride == 2) return run(in_x, in_y, n, std::integral_constant<std::size_t, 2>());
    run(in_x, in_y, n, columns.stride);
  }
};

}  // namespace

namespace {

/// A plane has no more pixels, so that a Scalar can hold the number of each.
constexpr std::size_t most_pixels = std::size_t{1} << 24;

/// The largest elements of n windows beside one another, and where in the plane x each stands: the
/// first of equal ones. The first window begins at `first`, each other one `stride` further. (With
/// int and |, and positions that are numbers in the window until the end, gcc makes vectors of it.)
template <class Height, class Width, class Stride>
void find_largest(const Scalar* x, int row_length, int first, Height height, Width width,
                  Stride stride, int n, Scalar* largest, Scalar* positions) {
#pragma omp simd
  for (int window = 0; window < n; ++window) {
    const Scalar* begin = x + first + window * stride;
    Scalar best = *begin, at = 0;
    for (int i = 0; i < height; ++i)
      for (int j = 0; j < width; ++j) {
        const Scalar next = begin[i * row_length + j];
        const bool leads = (next > best) | (next != next);  // NaN stays
        best = leads ? next : best;
        at = leads ? static_cast<Scalar>(i * width + j) : at;
      }
    const int number = static_cast<int>(at);
    largest[window] = best;
    const int row = number / width, column = number % width;
    positions[window] = static_cast<Scalar>(first + window * stride + row * row_length + column);
  }
}

/// The same for one plane, with the usual sizes as constants, for which the compiler makes better
/// loops.
void find_largest(const Pooling& of, const Scalar* x, Scalar* largest, Scalar* positions) {
  const auto& rows = of.rows;  // no structured binding: the lambda captures them
  const auto& columns = of.columns;
  const Range whole = columns.whole();
  const int row_length = static_cast<int>(columns.inputs), width = static_cast<int>(columns.kernel),
            stride = static_cast<int>(columns.stride);
  const std::integral_constant<int, 1> one;
  const std::integral_constant<int, 2> two;
  const std::integral_constant<int, 3> three;
  for (std::size_t row = 0; row < rows.outputs; ++row) {
    const auto [top, bottom] = rows.of(row);
    const int height = static_cast<int>(bottom - top);
    const auto find = [&, top = top](Range windows, auto height, auto width, auto stride) {
      const std::size_t first = top * columns.inputs + columns.of(windows.begin).begin;
      const std::size_t in_y = row * columns.outputs + windows.begin;
      find_largest(x, row_length, static_cast<int>(first), height, width, stride,
                   static_cast<int>(windows.end - windows.begin), largest + in_y, positions + in_y);
    };
    const auto is = [&](int size, int step) {
      return height == size && width == size && stride == step;
    };
    if (is(2, 2)) {
      find(whole, two, two, two);
    } else if (is(3, 1)) {
      find(whole, three, three, one);
    } else if (is(3, 2)) {
      find(whole, three, three, two);
    } else {
      find(whole, height, width, stride);
    }
    for (std::size_t window = 0; window < columns.outputs; ++window) {
      if (window == whole.begin) window = whole.end;
      if (window == columns.outputs) break;
      const auto [left, right] = columns.of(window);
      find({window, window + 1}, height, static_cast<int>(right - left), stride);
    }
  }
}

}  // namespace

Var max_pool2d(Var x, PoolOptions options) {
  const Pooling pooling("max_pool2d", x, options);
  const std::size_t inputs = pooling.inputs(), outputs = pooling.outputs();
  if (inputs == 0 || inputs > most_pixels)
    throw ShapeError(fmt::format("max_pool2d: x is {}: images need 1 to {} pixels{}",
                                 to_text(x.shape()), most_pixels, in_module(x)));
  Var positions = save_for_backward("positions of max_pool2d", x, pooling.shape(x));
  positions.output().fill(0);  // a tape that checks its values looks at these before they are done
  Var y = new_output("max_pool2d", pooling.shape(x), {x});
  const std::size_t planes = x.shape()[0] * x.shape()[1], size = x.value().size();
  for_each_plane(planes, size, [&](std::size_t plane, std::size_t) {
    find_largest(pooling, x.value().data() + plane * inputs, y.output().data() + plane * outputs,
                 positions.output().data() + plane * outputs);
  });
  on_backward(y, [x, y, positions, inputs, outputs, planes, size] {
    if (!x.needs_grad()) return;
    // dx += dy at the position of the largest
    const Contribution to_x = x.grad_accumulator().contribute();
    to_x.begin_at_zero();
    for_each_plane(planes, size, [&](std::size_t plane, std::size_t) {
      Scalar* dx = to_x.sum->data() + plane * inputs;
      const Scalar* dy = y.grad().data() + plane * outputs;
      const Scalar* at = positions.value().data() + plane * outputs;
      for (std::size_t i = 0; i < outputs; ++i) dx[static_cast<std::size_t>(at[i])] += dy[i];
    });
  });
  return y;
}

Var avg_pool2d(Var x, PoolOptions options) {
  const Pooling pooling("avg_pool2d", x, options);
  Var y = new_output("avg_pool2d", pooling.shape(x), {x});
  const std::size_t planes = x.shape()[0] * x.shape()[1];
  for_each_plane(planes, x.value().size(), [&](std::size_t plane, std::size_t) {
    const Scalar* from = x.value().data() + plane * pooling.inputs();
    Scalar* into = y.output().data() + plane * pooling.outputs();
    std::fill_n(into, pooling.outputs(), Scalar(0));
    pooling.for_each_pair([=](std::size_t in_x, std::size_t in_y, std::size_t n, auto stride) {
#pragma omp simd
      for (std::size_t i = 0; i < n; ++i) into[in_y + i] += from[in_x + i * stride];
    });
    for (std::size_t i = 0; i < pooling.outputs(); ++i) into[i] /= pooling.window_size();
  });
  on_backward(y, [x, y, options, planes] {
    if (!x.needs_grad()) return;
    // dx += dy / n in each window of n elements
    const Pooling pooling("avg_pool2d", x, options);
    const Contribution to_x = x.grad_accumulator().contribute();
    to_x.begin_at_zero();
    for_each_plane(planes, x.value().size(), [&](std::size_t plane, std::size_t) {
      Scalar* dx = to_x.sum->data() + plane * pooling.inputs();
      const Scalar* dy = y.grad().data() + plane * pooling.outputs();
      const Scalar share = 1 / pooling.window_size();
      pooling.for_each_pair([=](std::size_t in_x, std::size_t in_y, std::size_t n, auto stride) {
#pragma omp simd
        for (std::size_t i = 0; i < n; ++i) dx[in_x + i * stride] += dy[in_y + i] * share;
      });
    });
  });
  return y;
}

}}  // namespace hourglass
