#include <algorithm>
#include <cmath>
#include <limits>

#include "hourglass/autograd/operations.hpp"
#include "tests/autograd/registry/registry.hpp"
#include "tests/autograd/registry/samples.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

namespace {

/// Calls visit(y, n, c, i, j) for each element of a tensor of images.
template <class Visit>
Tensor made(const Shape& shape, Visit visit) {
  Tensor y = filled(shape);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const auto at = index_of(i, shape);
    y.data()[i] = visit(at[0], at[1], at[2], at[3]);
  }
  return y;
}

Tensor naive_pool(const Tensor& x, const PoolOptions& of, bool largest) {
  const auto stride_down = of.stride.height ? of.stride.height : of.kernel.height,
             stride_across = of.stride.width ? of.stride.width : of.kernel.width;
  const std::size_t height = x.shape()[2], width = x.shape()[3];
  const Shape shape = {x.shape()[0], x.shape()[1],
                       (height + 2 * of.padding.height - of.kernel.height) / stride_down + 1,
                       (width + 2 * of.padding.width - of.kernel.width) / stride_across + 1};
  return made(shape, [&](std::size_t n, std::size_t c, std::size_t i, std::size_t j) {
    double sum = 0, max = -std::numeric_limits<double>::infinity();
    for (std::size_t h = 0; h < of.kernel.height; ++h)
      for (std::size_t w = 0; w < of.kernel.width; ++w) {
        const std::size_t row = i * stride_down + h - of.padding.height,
                          column = j * stride_across + w - of.padding.width;
        if (row >= height || column >= width) continue;  // unsigned: before the first as well
        sum += x(n, c, row, column);
        if (!(x(n, c, row, column) <= max) && !std::isnan(max)) max = x(n, c, row, column);
      }
    return static_cast<Scalar>(largest ? max : sum / (of.kernel.height * of.kernel.width));
  });
}

Tensor naive_nearest(const Tensor& x, Size2 factor) {
  const Shape& s = x.shape();
  return made({s[0], s[1], s[2] * factor.height, s[3] * factor.width},
              [&](std::size_t n, std::size_t c, std::size_t i, std::size_t j) {
                return x(n, c, i / factor.height, j / factor.width);
              });
}

/// Where the centre of pixel i of an enlarged axis lies among the n pixels of the old one, and
/// between which two.
struct Place {
  Place(std::size_t i, std::size_t factor, std::size_t n) {
    const double at = std::clamp((double(i) + 0.5) / double(factor) - 0.5, 0.0, double(n - 1));
    first = static_cast<std::size_t>(at);
    second = std::min(first + 1, n - 1);
    share = at - double(first);
  }
  /// Where both are one or nothing is taken of the second, it is not multiplied by 0.
  double between(double a, double b) const {
    return first == second || share == 0 ? a : (1 - share) * a + share * b;
  }
  std::size_t first, second;
  double share;
};

Tensor naive_bilinear(const Tensor& x, Size2 factor) {
  const Shape& s = x.shape();
  return made({s[0], s[1], s[2] * factor.height, s[3] * factor.width},
              [&](std::size_t n, std::size_t c, std::size_t i, std::size_t j) {
                const Place down(i, factor.height, s[2]), across(j, factor.width, s[3]);
                const auto row = [&](std::size_t h) {
                  return across.between(x(n, c, h, across.first), x(n, c, h, across.second));
                };
                return static_cast<Scalar>(down.between(row(down.first), row(down.second)));
              });
}

Tensor naive_shuffle(const Tensor& x, std::size_t r) {
  const Shape& s = x.shape();
  return made({s[0], s[1] / (r * r), s[2] * r, s[3] * r},
              [&](std::size_t n, std::size_t c, std::size_t i, std::size_t j) {
                return x(n, c * r * r + (i % r) * r + j % r, i / r, j / r);
              });
}

std::string python(Size2 size) {
  return "(" + std::to_string(size.height) + ", " + std::to_string(size.width) + ")";
}

std::string size_name(Size2 size) {
  return std::to_string(size.height) + "x" + std::to_string(size.width);
}

void add_windows(Cases& cases) {
  struct Sample {
    Shape shape;
    PoolOptions options = {};
  };
  const std::vector<Sample> samples = {
      {{1, 2, 4, 4}},
      {{2, 1, 5, 7}},  // a rest that no window has
      {{1, 1, 3, 3}, {.kernel = 1}},
      {{1, 1, 2, 3}, {.kernel = {2, 3}}},
      {{1, 1, 5, 6}, {.kernel = 3, .stride = 1}},
      {{1, 1, 5, 4}, {.kernel = 3, .stride = 1, .padding = 1}},
      {{1, 2, 5, 5}, {.kernel = 3, .stride = 2, .padding = 1}},
      {{1, 1, 6, 5}, {.kernel = {3, 2}, .stride = {1, 3}, .padding = {1, 0}}},
      {{1, 1, 5, 5}, {.kernel = {2, 4}, .stride = {3, 1}, .padding = {1, 2}}},
      {{1, 1, 7, 2}, {.kernel = {2, 1}, .stride = {5, 2}}},  // gaps between windows
      {{1, 1, 1, 1}, {.kernel = 3, .stride = 1, .padding = 1}},
      {{0, 2, 4, 4}},
      {{2, 0, 4, 4}},
      {{3, 5, 75, 76}},  // more than 65536: threads
      {{2, 40, 37, 35}, {.kernel = 3, .stride = 2, .padding = 1}},
      {{2, 40, 35, 37}, {.kernel = 3, .stride = 1, .padding = 1}},
  };
  for (const auto& [shape, options] : samples)
    for (bool largest : {true, false}) {
      const Size2 stride(options.stride.height ? options.stride.height : options.kernel.height,
                         options.stride.width ? options.stride.width : options.kernel.width);
      const std::string arguments =
          "a, " + python(options.kernel) + ", " + python(stride) + ", " + python(options.padding);
      cases.push_back(
          {.operation = largest ? "max_pool2d" : "avg_pool2d",
           .name = shape_name(shape) + "_kernel_" + size_name(options.kernel) + "_stride_" +
                   size_name(stride) + "_padding_" + size_name(options.padding),
           // The largest of a window is ahead by far more than the steps of the checks. Every other
           // case has numbers below 0 only, which zeros in the padding would beat.
           .inputs = {spaced(shape, shape[1] == 1 ? -100 : 0)},
           .compute =
               [=](const Vars& v) {
                 return largest ? max_pool2d(v[0], options) : avg_pool2d(v[0], options);
               },
           .naive = [=](const Tensors& x) { return naive_pool(x[0], options, largest); },
           .torch = shape[0] * shape[1] == 0
                        ? ""
                        : (largest ? "F.max_pool2d(" : "F.avg_pool2d(") + arguments + ")",
           .large = element_count(shape) > 200});
    }
}

void add_enlargements(Cases& cases) {
  struct Sample {
    Shape shape;
    Size2 factor;
  };
  for (const auto& [shape, factor] : std::vector<Sample>{{{1, 1, 2, 3}, 2},
                                                         {{2, 2, 1, 2}, {1, 3}},
                                                         {{1, 1, 3, 1}, {4, 2}},
                                                         {{1, 1, 1, 1}, 3},
                                                         {{1, 1, 3, 2}, {2, 5}},
                                                         {{1, 2, 2, 2}, 1},
                                                         {{0, 1, 2, 2}, 2},
                                                         {{1, 1, 0, 2}, 2},
                                                         {{1, 1, 2, 0}, 2},
                                                         {{3, 4, 41, 37}, {2, 3}},
                                                         {{2, 3, 70, 67}, 2}}) {
    const std::string name = shape_name(shape) + "_times_" + size_name(factor);
    const bool empty = element_count(shape) == 0, large = element_count(shape) > 200;
    const std::string to = "a, scale_factor=" + python(factor);
    cases.push_back(
        {.operation = "upsample_nearest",
         .name = name,
         .inputs = {away_from_zero(shape)},
         .compute = [factor = factor](const Vars& v) { return upsample_nearest(v[0], factor); },
         .naive = [factor = factor](const Tensors& x) { return naive_nearest(x[0], factor); },
         .torch = empty ? "" : "F.interpolate(" + to + ", mode='nearest')",
         .large = large});
    cases.push_back(
        {.operation = "upsample_bilinear",
         .name = name,
         .inputs = {away_from_zero(shape)},
         .compute = [factor = factor](const Vars& v) { return upsample_bilinear(v[0], factor); },
         .naive = [factor = factor](const Tensors& x) { return naive_bilinear(x[0], factor); },
         .torch = empty ? "" : "F.interpolate(" + to + ", mode='bilinear', align_corners=False)",
         .large = large});
  }
  for (const auto& [shape, r] : std::vector<std::pair<Shape, std::size_t>>{{{1, 4, 2, 3}, 2},
                                                                           {{2, 8, 1, 2}, 2},
                                                                           {{1, 9, 2, 2}, 3},
                                                                           {{2, 3, 2, 2}, 1},
                                                                           {{1, 4, 1, 1}, 2},
                                                                           {{0, 4, 2, 2}, 2},
                                                                           {{3, 36, 31, 33}, 3}})
    cases.push_back({.operation = "pixel_shuffle",
                     .name = shape_name(shape) + "_by_" + std::to_string(r),
                     .inputs = {away_from_zero(shape)},
                     .compute = [r = r](const Vars& v) { return pixel_shuffle(v[0], r); },
                     .naive = [r = r](const Tensors& x) { return naive_shuffle(x[0], r); },
                     .torch = shape[0] ? "F.pixel_shuffle(a, " + std::to_string(r) + ")" : "",
                     .large = element_count(shape) > 200});
}

}  // namespace

void add_pooling(Cases& cases) {
  add_windows(cases);
  add_enlargements(cases);
}

}  // namespace hourglass::testing
