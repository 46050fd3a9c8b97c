#pragma once

#include <string>
#include <string_view>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The numbers that a setting may be: `at_least(0)`, `above(0).at_most(1)`. None is infinite.
class Bounds {
 public:
  Bounds at_most(double bound) const;
  Bounds below(double bound) const;

  bool holds(double number) const;

  /// "at least 0 and below 1"
  std::string text() const;

  /// Throws ConfigError, "model.beta is -1, but must be at least 0", for a number outside.
  void expect(std::string_view name, double number) const;

 private:
  friend Bounds at_least(double bound);
  friend Bounds above(double bound);

  struct Bound {
    double number;
    bool included;
  };
  Bounds(Bound low, Bound high) : low_(low), high_(high) {}

  Bound low_, high_;
};

Bounds at_least(double bound);
Bounds above(double bound);

}}  // namespace hourglass
