#pragma once

#include <hourglass/hourglass.hpp>

#include "hourglass/drawing/plot.hpp"

// A spiral in the plane, where the best denoiser can be computed from its definition.

using Point = std::array<double, 2>;

// [exact]
constexpr double sigma = 0.2;

inline Point spiral(double t) {  // t in 0..1: a turn and a half
  const double angle = 3 * M_PI * t, radius = 0.4 + 2 * t;
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

struct Origin {
  Point mean;
  double nearest;
};

/// Where x came from: all points of the spiral, each weighted by how probable it is that noise
/// carried it to x. Their mean, and how far the nearest is.
inline Origin origin(double x, double y) {
  double nearest = 9, total = 0, sum[2] = {0, 0};
  for (int i = 0; i <= 1000; ++i) {
    const Point c = spiral(i / 1000.0);
    const double apart = std::hypot(x - c[0], y - c[1]);
    const double weight = std::exp(-apart * apart / (2 * sigma * sigma));
    nearest = std::min(nearest, apart);
    total += weight, sum[0] += weight * c[0], sum[1] += weight * c[1];
  }
  return {{sum[0] / total, sum[1] / total}, nearest};
}
// [/exact]

/// `count` points of the spiral.
inline hourglass::Tensor draw_points(std::size_t count, hourglass::Rng& rng) {
  hourglass::Tensor points = hourglass::filled({count, 2});
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t k = 0; const double coordinate : spiral(rng.uniform()))
      points(i, k++) = hourglass::Scalar(coordinate);
  return points;
}

/// 25 by 25 points that fill the square -3..3.
inline hourglass::Tensor grid_points() {
  hourglass::Tensor points = hourglass::filled({625, 2});
  for (std::size_t i = 0; i < 625; ++i) {
    points(i, 0) = hourglass::Scalar(i % 25) / 4 - 3;
    points(i, 1) = hourglass::Scalar(i / 25) / 4 - 3;
  }
  return points;
}

/// Means over points, in sigma.
struct Distances {
  double spiral = 0;          ///< from a point to the nearest of the spiral
  double arrow = 0, off = 0;  ///< of those within 2.5 sigma: to the exact mean, and from what it
                              ///< was rebuilt as to there
};

inline Distances measure(const hourglass::Tensor& points, const hourglass::Tensor& rebuilt) {
  Distances sum;
  double near = 0;
  for (std::size_t i = 0; i < points.shape()[0]; ++i) {
    const Origin from = origin(points(i, 0), points(i, 1));
    sum.spiral += from.nearest / sigma;
    if (from.nearest > 2.5 * sigma) continue;
    near += 1;
    sum.arrow += std::hypot(from.mean[0] - points(i, 0), from.mean[1] - points(i, 1)) / sigma;
    sum.off += std::hypot(from.mean[0] - rebuilt(i, 0), from.mean[1] - rebuilt(i, 1)) / sigma;
  }
  return {sum.spiral / double(points.shape()[0]), sum.arrow / near, sum.off / near};
}

/// The spiral, and at each point (a dot) the direction to what it was rebuilt as: the arrow itself
/// where it is short, else its first part.
inline std::string draw_arrows(const hourglass::Tensor& points, const hourglass::Tensor& rebuilt) {
  constexpr double side = 620, longest = 0.2;
  const auto place = [](double x) { return side * (x + 3.1) / 6.2; };
  std::string svg = fmt::format("<svg width=\"{0}\" height=\"{0}\" role=\"img\">\n", side);
  const auto dot = [&](double x, double y, double radius, const char* colour) {
    svg += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" fill=\"{}\"/>\n", place(x),
                       place(y), radius, colour);
  };
  for (int i = 0; i <= 300; ++i) dot(spiral(i / 300.0)[0], spiral(i / 300.0)[1], 2.5, "#d55e00");
  for (std::size_t i = 0; i < points.shape()[0]; ++i) {
    const double x = points(i, 0), y = points(i, 1), dx = rebuilt(i, 0) - x, dy = rebuilt(i, 1) - y;
    const double shown = std::min(1.0, longest / (std::hypot(dx, dy) + 1e-9));
    dot(x, y, 2.2, "#0072b2");
    svg += fmt::format("<path d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}\" stroke=\"#0072b2\"/>\n", place(x),
                       place(y), place(x + shown * dx), place(y + shown * dy));
  }
  return hourglass::svg_file(svg + "</svg>\n", {.width = side, .height = side});
}
