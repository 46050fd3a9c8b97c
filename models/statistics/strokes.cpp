#include "hourglass/models/statistics/strokes.hpp"

#include <cmath>

namespace hourglass { inline namespace HOURGLASS_PRECISION {

double slant(const Scalar* image, std::size_t height, std::size_t width) {
  double mass = 0, mean_x = 0, mean_y = 0;
  const auto for_each_pixel = [&](const auto& use) {
    for (std::size_t y = 0; y < height; ++y)
      for (std::size_t x = 0; x < width; ++x)
        use(double(image[y * width + x]), static_cast<double>(x), static_cast<double>(y));
  };
  for_each_pixel([&](double p, double x, double y) {
    mass += p;
    mean_x += p * x;
    mean_y += p * y;
  });
  if (!(mass > 0)) return 0;
  mean_x /= mass;
  mean_y /= mass;
  double across = 0, upright = 0;  // μ₁₁ and μ₀₂, times the mass
  for_each_pixel([&](double p, double x, double y) {
    across += p * (x - mean_x) * (y - mean_y);
    upright += p * (y - mean_y) * (y - mean_y);
  });
  return upright > 0 ? -across / upright : 0;
}

double stroke_width(const Scalar* image, std::size_t height, std::size_t width) {
  // Everything outside the image is black.
  const auto at = [&](std::size_t y, std::size_t x) {
    return y >= 1 && x >= 1 && y <= height && x <= width ? double(image[(y - 1) * width + x - 1])
                                                         : 0.0;
  };
  double mass = 0, edges = 0;
  for (std::size_t y = 0; y <= height; ++y)
    for (std::size_t x = 0; x <= width; ++x) {
      mass += at(y, x);
      edges += std::hypot(at(y, x + 1) - at(y, x), at(y + 1, x) - at(y, x));
    }
  return edges > 0 ? 2 * mass / edges : 0;
}

std::vector<Target> stroke_targets(const Dataset& train, const Dataset& test) {
  const Shape& shape = train.example_shape();
  if (shape.size() != 3 || shape[0] != 1) return {};
  const auto measure = [&](const Dataset& data, const auto& what) {
    std::vector<Scalar> image(data.features());
    std::vector<double> numbers(data.size());
    for (std::size_t i = 0; i < data.size(); ++i) {
      data.read_example(i, image.data());
      numbers[i] = what(image.data(), shape[1], shape[2]);
    }
    return numbers;
  };
  return {{"slant", "pixels per pixel", measure(train, slant), measure(test, slant)},
          {"stroke_width", "pixels", measure(train, stroke_width), measure(test, stroke_width)}};
}

}}  // namespace hourglass
