#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "hourglass/datasets/readers/csv_dialect.hpp"
#include "hourglass/datasets/readers/text_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The text of a CSV file and where its cells are, so that some of them can be replaced and
/// everything else stays as it was: separators, quotes, line ends, other columns. What is wrong with
/// a file is read_csv's to say (csv.hpp), which finds the same rows in it.
class CsvCells {
 public:
  /// Throws DataError for a file that is no text, or whose fields are parted by blanks, between which
  /// no cell can be empty.
  explicit CsvCells(const std::filesystem::path& file);

  /// What the first line calls the columns; none if the file is empty.
  std::vector<std::string> names() const;
  /// Those below the first line.
  std::size_t rows() const { return cells_.empty() ? 0 : cells_.size() - 1; }

  /// Replaces a cell, with quotes around the value if it needs them.
  void set(std::size_t row, std::size_t column, const std::string& value);

  /// The whole text, in UTF-8.
  std::string text() const;
  /// What the file was converted from; empty if it was UTF-8.
  const std::string& encoding() const { return file_.encoding; }

 private:
  struct Cell {
    std::size_t begin, end;
  };
  struct Replacement {
    std::size_t end;
    std::string text;
  };

  bool is_blank(std::size_t at) const;
  bool is_end_of_line(std::size_t at) const;
  void skip_blanks(std::size_t& at) const;
  Cell read_cell(std::size_t& at) const;
  void read_row(std::size_t& at);

  TextFile file_;
  CsvDialect dialect_;
  std::vector<std::vector<Cell>> cells_;             // with the first line
  std::map<std::size_t, Replacement> replacements_;  // by where they begin
};

}}  // namespace hourglass
