#include "hourglass/nn/bounds.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "hourglass/autograd/base/error.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

Bounds at_least(double bound) {
  return {{bound, true}, {infinity, false}};
}

Bounds above(double bound) {
  return {{bound, false}, {infinity, false}};
}

Bounds Bounds::at_most(double bound) const {
  return {low_, {bound, true}};
}

Bounds Bounds::below(double bound) const {
  return {low_, {bound, false}};
}

bool Bounds::holds(double number) const {
  const bool above_low = low_.included ? number >= low_.number : number > low_.number;
  const bool below_high = high_.included ? number <= high_.number : number < high_.number;
  return above_low && below_high;
}

std::string Bounds::text() const {
  std::string result = fmt::format("{} {}", low_.included ? "at least" : "above", low_.number);
  if (std::isfinite(high_.number))
    result += fmt::format(" and {} {}", high_.included ? "at most" : "below", high_.number);
  return result;
}

void Bounds::expect(std::string_view name, double number) const {
  if (!holds(number))
    throw ConfigError(fmt::format("{} is {}, but must be {}", name, number, text()));
}

}}  // namespace hourglass
