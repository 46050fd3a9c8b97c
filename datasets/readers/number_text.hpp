#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A number as people write it, under both conventions: "1,234" is 1234 where a point is the
/// decimal sign, and 1.234 where a comma is. NaN under a convention in which it is not a number.
struct NumberText {
  double point = 0, comma = 0;
  std::string unit = {};  ///< "mg", "%", "$": what comes before or after it

  bool is_same() const { return point == comma; }
};

/// A finite number in plain notation, as programs write it: "-1.5e3", "+4".
std::optional<double> plain_number(std::string_view text);

/// The same with a decimal comma, with groups of three digits separated by commas, points, spaces
/// or apostrophes, and with a unit, a currency or a percent sign. Nothing for other texts, such
/// as dates.
std::optional<NumberText> number_text(std::string_view text);

/// What cells are called that hold a number or a time in a way that is not read.
struct OddNumbers {
  const char *name, *advice;
};
/// What a text looks like that is no number: "(5)", "5-", "'5'", "1/2", "0x1f", a date, a time of
/// day. Null for any other text. Each kind is one object.
const OddNumbers* odd_number(std::string_view text);

/// Whether a text looks like a date or a time of day: "2024-01-31", "31.1.2024 12:00", "12:30".
bool is_date(std::string_view text);

}}  // namespace hourglass
