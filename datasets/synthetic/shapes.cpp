#include "hourglass/datasets/synthetic/shapes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>
#include <unordered_map>
#include <utility>

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr std::size_t side = 28, pixels = side * side;
constexpr std::array<std::size_t, 5> choices = {3, 4, 8, 8, 8};
constexpr std::size_t images = std::size_t{3} * 4 * 8 * 8 * 8;

enum Shapes { half_disc, triangle, heart };
const std::vector<std::string> shape_names = {"half-disc", "triangle", "heart"};
const std::array<const char*, 5> factor_names = {"shape", "size", "angle", "x", "y"};

using Values = std::array<std::uint8_t, 5>;

Values values_of(std::size_t image) {
  Values values{};
  for (std::size_t f = values.size(); f-- > 0; image /= choices[f])
    values[f] = static_cast<std::uint8_t>(image % choices[f]);
  return values;
}

/// Whether a shape of radius 1, upright and about its centre, covers the point (u, v), v upwards.
/// The constants are such that no outline passes through the centre of a pixel, where rounding
/// would decide.
bool covers(std::size_t shape, double u, double v) {
  if (shape == half_disc) {
    constexpr double centroid = 0.4244;  // of a half-disc: 4 / 3π
    return v >= -centroid && u * u + (v + centroid) * (v + centroid) <= 1;
  }
  if (shape == triangle) return v >= -0.4901 && std::abs(u) <= 0.43 * (1.003 - v);
  const double x = 1.31 * u, y = 1.29 * v + 0.301, inside = 1 - x * x - y * y;
  return inside * inside * inside >= -x * x * y * y * y;
}

/// Cosine and sine of k / 8 of a turn.
std::pair<double, double> direction(std::size_t eighths) {
  constexpr double r = std::numbers::sqrt2 / 2;
  constexpr std::array<double, 8> cosines = {1, r, 0, -r, -1, -r, 0, r};
  return {cosines[eighths], cosines[(eighths + 6) % 8]};
}

/// Draws an image into `pixels` bytes.
void draw(const Values& values, std::uint8_t* image) {
  const double radius = 4.5 + values[1], left = 8.4 + 1.6 * values[3], top = 8.4 + 1.6 * values[4];
  const auto [cosine, sine] = direction(values[2]);
  for (std::size_t row = 0; row < side; ++row)
    for (std::size_t column = 0; column < side; ++column) {
      const double right = (static_cast<double>(column) + 0.5 - left) / radius,
                   up = (top - static_cast<double>(row) - 0.5) / radius;
      const bool white = covers(values[0], cosine * right + sine * up, cosine * up - sine * right);
      image[row * side + column] = white ? 255 : 0;
    }
}

std::vector<std::uint8_t> draw_all() {
  std::vector<std::uint8_t> bytes(images * pixels);
  for (std::size_t i = 0; i < images; ++i) draw(values_of(i), bytes.data() + i * pixels);
  return bytes;
}

/// The pixels of an image, eight in a byte.
std::string key_of(const std::uint8_t* image) {
  std::string key(pixels / 8, '\0');
  for (std::size_t i = 0; i < pixels; ++i)
    if (image[i]) key[i / 8] = static_cast<char>(key[i / 8] | 1 << i % 8);
  return key;
}

const std::unordered_map<std::string, std::size_t>& numbers_by_pixels() {
  static const auto numbers = [] {
    const std::vector<std::uint8_t> bytes = draw_all();
    std::unordered_map<std::string, std::size_t> known;
    for (std::size_t i = 0; i < images; ++i) known.emplace(key_of(bytes.data() + i * pixels), i);
    return known;
  }();
  return numbers;
}

bool is_black_and_white(const std::uint8_t* image) {
  return std::all_of(image, image + pixels, [](std::uint8_t b) { return b == 0 || b == 255; });
}

}  // namespace

Dataset make_shapes() {
  Dataset data("shapes", {1, side, side}, draw_all());
  std::vector<std::uint8_t> labels;
  for (std::size_t i = 0; i < images; ++i) labels.push_back(values_of(i)[0]);
  data.set_labels(std::move(labels), shape_names);
  return data;
}

std::vector<KnownFactor> shape_factors(const Dataset& data) {
  if (data.is_table() || data.example_shape() != Shape{1, side, side} || data.size() == 0)
    return {};
  std::vector<KnownFactor> factors;
  for (std::size_t f = 0; f < choices.size(); ++f) factors.push_back({factor_names[f], choices[f]});
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (!is_black_and_white(data.example(i))) return {};
    const auto found = numbers_by_pixels().find(key_of(data.example(i)));
    if (found == numbers_by_pixels().end()) return {};
    const Values values = values_of(found->second);
    for (std::size_t f = 0; f < choices.size(); ++f) factors[f].values.push_back(values[f]);
  }
  return factors;
}

}}  // namespace hourglass
