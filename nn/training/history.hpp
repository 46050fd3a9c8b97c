#pragma once

#include <string>
#include <utility>
#include <vector>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Named metrics in a fixed order: {"loss", 8.31}, {"mse_per_pixel", 0.0106}.
using Metrics = std::vector<std::pair<std::string, double>>;

/// The metrics of each epoch of a training run: one row per epoch, with the same names in each.
struct History {
  std::vector<Metrics> epochs;

  /// All epochs' values of one metric.
  std::vector<double> curve(const std::string& name) const;

  /// As CSV: a line of names, then one line per epoch; every number reads back exactly.
  std::string to_csv() const;
  /// Throws DataError, which begins with `origin` (the file's name), for a text that is not such a
  /// table.
  static History from_csv(const std::string& csv, const std::string& origin = "metrics");
};

}}  // namespace hourglass
