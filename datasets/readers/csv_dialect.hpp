#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What separates the fields of a table's lines.
struct CsvDialect {
  char separator = ',';
  bool blanks = false;           ///< any number of spaces and tabs, replaced by one tab
  std::size_t header_lines = 0;  ///< lines before the table: Excel's "sep=;"
};

/// Decides from the first records of a text (outside quotes) which of comma, semicolon, tab and |
/// gives each as many fields as the first has, and the most of them; if none does, the one that the
/// first line has most of; if it has none, blanks, if there are numbers between them.
CsvDialect detect_dialect(std::string_view text);

/// A line whose fields are separated by blanks, with one tab between them instead.
std::string with_tabs(std::string_view line);

/// What a message calls a separator: "commas".
const char* name_of_separator(char separator);

}}  // namespace hourglass
