#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/base/sizes.hpp"
#include "hourglass/autograd/operation.hpp"
#include "hourglass/autograd/operations.hpp"
#include "hourglass/autograd/operations/images.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

Shape enlarged(const char* operation, Var x, Size2 factor) {
  check_images(operation, x);
  if (factor.height == 0 || factor.width == 0)
    throw ShapeError(fmt::format("{}: the factor is {} by {}: it must be at least 1 by 1{}",
                                 operation, factor.height, factor.width, in_module(x)));
  return {x.shape()[0], x.shape()[1], mul_sat(x.shape()[2], factor.height),
          mul_sat(x.shape()[3], factor.width)};
}

}  // namespace

Var upsample_nearest(Var x, Size2 factor) {
  Var y = new_output("upsample_nearest", enlarged("upsample_nearest", x, factor), {x});
  const std::size_t width = x.shape()[3], large_width = width * factor.width;
  // Rows are as independent as planes.
  const std::size_t rows = x.shape()[0] * x.shape()[1] * x.shape()[2];
  for_each_plane(rows, y.value().size(), [&](std::size_t row, std::size_t) {
    const Scalar* from = x.value().data() + row * width;
    Scalar* into = y.output().data() + row * factor.height * large_width;
    for (std::size_t j = 0; j < factor.width; ++j)
      for (std::size_t i = 0; i < width; ++i) into[i * factor.width + j] = from[i];
    for (std::size_t i = 1; i < factor.height; ++i)
      std::copy_n(into, large_width, into + i * large_width);
  });
  on_backward(y, [x, y, factor, width, large_width, rows] {
    if (!x.needs_grad()) return;
    // dx += the sum of dy over the pixels that are copies
    const Contribution to_x = x.grad_accumulator().contribute();
    to_x.begin_at_zero();
    for_each_plane(rows, y.value().size(), [&](std::size_t row, std::size_t) {
      Scalar* dx = to_x.sum->data() + row * width;
      const Scalar* dy = y.grad().data() + row * factor.height * large_width;
      for (std::size_t copy = 0; copy < factor.height; ++copy, dy += large_width)
        for (std::size_t j = 0; j < factor.width; ++j)
          for (std::size_t i = 0; i < width; ++i) dx[i] += dy[i * factor.width + j];
    });
  });
  return y;
}

namespace {

/// Where the pixels number j of each `factor` of an enlarged axis lie: (j + ½) / factor − ½ from
/// the centre of the pixel that they are made of.
struct Phase {
  Phase(std::size_t j, std::size_t factor) {
    const Scalar at = (static_cast<Scalar>(j) + Scalar(0.5)) / static_cast<Scalar>(factor);
    before = at < Scalar(0.5);
    share = before ? at + Scalar(0.5) : at - Scalar(0.5);
  }

  /// Calls run(i, first, second) for n pixels i, with the two between which theirs of this phase
  /// lie; beyond the border's centre both are the border.
  template <class Run>
  void for_each(std::size_t n, const Run& run) const {
    if (before) {
      run(std::size_t{0}, std::size_t{0}, std::size_t{0});
      for (std::size_t i = 1; i < n; ++i) run(i, i - 1, i);
    } else {
      const std::size_t next = share == 0 ? 0 : 1;  // 0 times an infinite neighbour would be NaN
      for (std::size_t i = 0; i + 1 < n; ++i) run(i, i, i + next);
      run(n - 1, n - 1, n - 1);
    }
  }

  bool before;   // between the pixel before and this one, rather than this one and the next
  Scalar share;  // of the second
};

/// One channel of an image, enlarged by linear interpolation along both axes.
struct Enlargement {
  std::size_t height, width;  // before
  Size2 factor;
  std::size_t wide = width * factor.width;

  std::size_t inputs() const { return height * width; }
  std::size_t outputs() const { return height * factor.height * wide; }

  /// Widens each row, then interpolates between the wide rows.
  void compute(const Scalar* from, Scalar* rows, Scalar* into) const {
    for (std::size_t i = 0; i < height; ++i) widen(from + i * width, rows + i * wide);
    for (std::size_t j = 0; j < factor.height; ++j) {
      const Phase phase(j, factor.height);
      phase.for_each(height, [=, this](std::size_t i, std::size_t first, std::size_t second) {
        const Scalar *a = rows + first * wide, *b = rows + second * wide;
        Scalar* row = into + (i * factor.height + j) * wide;
        for (std::size_t k = 0; k < wide; ++k) row[k] = a[k] + phase.share * (b[k] - a[k]);
      });
    }
  }

  /// y = (1 − s) first + s second, so  dfirst += (1 − s) dy  and  dsecond += s dy
  void add_gradient(const Scalar* dy, Scalar* rows, Scalar* dx) const {
    std::fill_n(rows, height * wide, Scalar(0));
    for (std::size_t j = 0; j < factor.height; ++j) {
      const Phase phase(j, factor.height);
      phase.for_each(height, [=, this](std::size_t i, std::size_t first, std::size_t second) {
        const Scalar* row = dy + (i * factor.height + j) * wide;
        Scalar *a = rows + first * wide, *b = rows + second * wide;
        for (std::size_t k = 0; k < wide; ++k) a[k] += (1 - phase.share) * row[k];
        for (std::size_t k = 0; k < wide; ++k) b[k] += phase.share * row[k];
      });
    }
    for (std::size_t i = 0; i < height; ++i) add_narrowed(rows + i * wide, dx + i * width);
  }

 private:
  void widen(const Scalar* from, Scalar* into) const {
    for (std::size_t j = 0; j < factor.width; ++j) {
      const Phase phase(j, factor.width);
      phase.for_each(width, [=, this](std::size_t i, std::size_t first, std::size_t second) {
        into[i * factor.width + j] = from[first] + phase.share * (from[second] - from[first]);
      });
    }
  }

  void add_narrowed(const Scalar* dy, Scalar* dx) const {
    for (std::size_t j = 0; j < factor.width; ++j) {
      const Phase phase(j, factor.width);
      phase.for_each(width, [=, this](std::size_t i, std::size_t first, std::size_t) {
        dx[first] += (1 - phase.share) * dy[i * factor.width + j];
      });
      phase.for_each(width, [=, this](std::size_t i, std::size_t, std::size_t second) {
        dx[second] += phase.share * dy[i * factor.width + j];
      });
    }
  }
};

}  // namespace

Var upsample_bilinear(Var x, Size2 factor) {
  Var y = new_output("upsample_bilinear", enlarged("upsample_bilinear", x, factor), {x});
  const Enlargement of{x.shape()[2], x.shape()[3], factor};
  const std::size_t planes = x.shape()[0] * x.shape()[1], size = y.value().size();
  const Scratch rows = scratch(x, {parts_worth(size), of.height * of.wide});
  for_each_plane(planes, size, [&](std::size_t plane, std::size_t part) {
    of.compute(x.value().data() + plane * of.inputs(), rows->data() + part * of.height * of.wide,
               y.output().data() + plane * of.outputs());
  });
  on_backward(y, [x, y, of, planes, size] {
    if (!x.needs_grad()) return;
    const Contribution to_x = x.grad_accumulator().contribute();
    to_x.begin_at_zero();
    const Scratch rows = scratch(x, {parts_worth(size), of.height * of.wide});
    for_each_plane(planes, size, [&](std::size_t plane, std::size_t part) {
      of.add_gradient(y.grad().data() + plane * of.outputs(),
                      rows->data() + part * of.height * of.wide,
                      to_x.sum->data() + plane * of.inputs());
    });
  });
  return y;
}

Var pixel_shuffle(Var x, std::size_t r) {
  check_images("pixel_shuffle", x);
  const std::size_t images = x.shape()[0], channels = x.shape()[1], height = x.shape()[2],
                    width = x.shape()[3];
  if (r == 0 || channels % mul_sat(r, r) != 0)
    throw ShapeError(fmt::format(
        "pixel_shuffle: x is {}: its {} channels are not a multiple of r² with r = {}{}",
        to_text(x.shape()), channels, r, in_module(x)));
  const std::size_t planes = images * (channels / (r * r));
  Var y = new_output("pixel_shuffle",
                     {images, channels / (r * r), mul_sat(height, r), mul_sat(width, r)}, {x});
  // (N C, r, r, H, W) as (N C, H, r, W, r)
  permute_to(x.value().data(), std::array{planes, r, r, height, width},
             std::array<std::uint8_t, 5>{0, 3, 1, 4, 2}, y.output().data(), Sum::replace);
  on_backward(y, [x, y, planes, height, width, r] {
    if (!x.needs_grad()) return;
    // y is x in another order, so dx += dy in the inverse one
    const Contribution dx = x.grad_accumulator().contribute();
    permute_to(y.grad().data(), std::array{planes, height, r, width, r},
               std::array<std::uint8_t, 5>{0, 2, 4, 1, 3}, dx.sum->data(), dx.how);
  });
  return y;
}

}}  // namespace hourglass
