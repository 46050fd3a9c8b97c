#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "hourglass/datasets/table.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What to do with rows in which a column that is used has no value.
enum class MissingValues {
  refuse,
  drop,
  keep,   ///< missing numbers and categories are NaN; a label or a target must not be missing
  report  ///< whatever is missing is NaN, and a label 0: for a summary of the file
};

/// Which columns of a file are not features, and what happens to rows with missing values.
struct CsvColumns {
  std::string label = "";                ///< a class: a whole number or text; empty: none
  std::string target = "";               ///< a number, the target of a regression; empty: none
  std::vector<std::string> ignore = {};  ///< left out
  MissingValues missing = MissingValues::refuse;
};

/// Reads a CSV file (RFC 4180: fields in double quotes may hold separators, quotes as "" and line
/// ends; lines end in LF, CRLF or CR). Its text may be UTF-8, UTF-16, UTF-32 or Windows-1252
/// (text_file.hpp), its fields separated by commas, semicolons, tabs, | or blanks (csv_dialect.hpp).
/// The first line names the columns. A column all of whose cells are numbers (number_text.hpp: also
/// with a decimal comma, thousands separators, one unit, a currency or %) holds numbers; else
/// one whose first cell is not a number holds categories, of at most 64 different texts. Which it was,
/// and likely mistakes, are in the table's reports and notes. A first column without a name that
/// numbers the rows, as pandas writes it, and columns without any value are left out. Labels in
/// text get numbers in alphabetical order. Throws DataError, which names the file, line and column,
/// for anything else: a value that is missing or not a number, a row too short or too long, quotes
/// that do not close, no such column.
Table read_csv(const std::filesystem::path& file, const CsvColumns& special = {});

}}  // namespace hourglass
