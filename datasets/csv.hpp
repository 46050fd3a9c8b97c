#pragma once

#include <filesystem>
#include <string>

#include "datasets/table.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

/// Which columns of a file are no features.
struct CsvColumns {
  std::string label = "";   ///< a class: a whole number from 0 to 255, or text; empty: none
  std::string target = "";  ///< a number to be found by regression; empty: none
};

/// Reads a CSV file (RFC 4180: fields in double quotes may hold separators, quotes as "" and line
/// ends; lines end in LF or CRLF). Fields are separated by commas, or where the first line has more
/// of them by semicolons or tabs. The first line names the columns. What stands in a column of the
/// first row says whether it holds numbers or text; text is a category, of at most 64 different
/// ones. Labels in text get numbers in alphabetical order.
/// Throws DataError, which names the file, line and column, for anything else: a value that is
/// missing or no number, a row too short or too long, quotes that do not close, no such column.
Table read_csv(const std::filesystem::path& file, const CsvColumns& special = {});

}  // namespace hourglass::inline HOURGLASS_PRECISION
