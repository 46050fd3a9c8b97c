#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

enum class ColumnKind { number, category, label, target, ignored };

/// What a column of a file was taken for, and why.
struct ColumnReport {
  std::string name;
  ColumnKind kind = ColumnKind::number;
  std::string note = {};                 ///< "with a decimal comma", "it numbers the rows"
  std::vector<std::string> values = {};  ///< the categories or classes; none for numbers
  std::size_t missing = 0;               ///< rows without a value
  double least = 0, most = 0;            ///< of numbers
};

/// "number", "category", …
const char* to_text(ColumnKind kind);
/// "number from 0.5 to 70, in mg", "category of 3 values: blue, green, red".
std::string to_text(const ColumnReport& report);
/// One line per column; if there are more than twenty, one for all plain numbers, one for each of
/// the first twenty other columns, and the number of those left out.
std::vector<std::string> to_lines(const std::vector<ColumnReport>& reports);

}}  // namespace hourglass
