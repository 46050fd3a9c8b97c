#include "hourglass/datasets/synthetic/swiss_roll.hpp"

#include <cmath>
#include <numbers>

#include "hourglass/autograd/base/random.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr double width = 21, deviation = 0.1, bands = 8;

}  // namespace

Table make_swiss_roll(std::size_t rows, std::uint64_t seed) {
  const Rng rng(seed);
  Rng places = rng.fork(0);
  Tensor noise = filled({rows, 3});
  rng.fork(1).fill_normal(noise, 0, deviation);
  Table table{.name = "swiss-roll", .columns = {{"x", {}}, {"y", {}}, {"z", {}}}};
  for (std::size_t row = 0; row < rows; ++row) {
    const double u = places.uniform(), v = places.uniform();
    const double t = 1.5 * std::numbers::pi * (1 + 2 * u);
    const double point[] = {t * std::cos(t), width * v, t * std::sin(t)};
    for (std::size_t i = 0; i < 3; ++i)
      table.columns[i].numbers.push_back(point[i] + static_cast<double>(noise(row, i)));
    table.labels.push_back(static_cast<std::uint8_t>(bands * u));
    table.targets.push_back(t);
  }
  return table;
}

}}  // namespace hourglass
