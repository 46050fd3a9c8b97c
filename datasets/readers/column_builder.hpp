#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "hourglass/datasets/readers/number_text.hpp"
#include "hourglass/datasets/table.hpp"

// How one column of a text file becomes numbers or categories: what csv.cpp reads rows into.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What is wrong with a cell; csv.cpp adds the file and the column. `line` 0: the whole column.
struct CellFault {
  std::size_t line;
  std::string text;
};

/// The decimal sign of a number, as other columns of the file suggest it.
enum class DecimalSign { unclear, point, comma };

/// A column after all of its rows have been read.
struct FinishedColumn {
  TableColumn column;  ///< NaN where a row has no value
  ColumnReport report;
  std::vector<std::uint8_t> labels = {};      ///< of a label column
  std::vector<std::string> label_names = {};  ///< none if they are numbers from 0 to 255
  std::string warning = {};                   ///< a likely mistake
};

/// Collects the cells of a column, and decides at the end what they are: numbers, if all cells
/// are (number_text); else categories, if the first cell is not a number. A cell that is empty, or
/// says NA or the like, is a missing value.
class ColumnBuilder {
 public:
  ColumnBuilder(std::string name, ColumnKind wanted) : name_(std::move(name)), wanted_(wanted) {}

  const std::string& name() const { return name_; }
  void add(const std::string& text, std::size_t line);

  bool has_point() const { return texts_ == 0 && point_only_.line > 0; }
  bool has_comma() const { return texts_ == 0 && comma_only_.line > 0; }
  std::size_t missing() const { return missing_; }
  std::size_t rows() const { return point_.size(); }
  /// Whether the cells are 0, 1, 2, … or 1, 2, 3, …
  bool counts_rows() const;

  /// Throws CellFault for cells that are neither all numbers nor categories.
  FinishedColumn finish(DecimalSign file, char separator);

 private:
  struct Example {  ///< the first cell of a kind
    std::size_t line = 0;
    std::string text = {};
  };

  void note_number(const NumberText& number, const std::string& text, std::size_t line);
  void note_text(const std::string& text, std::size_t line);
  void record(const std::string& text, std::size_t line);
  bool is_comma(DecimalSign file, char separator) const;
  bool mixes_units() const;
  /// What most cells look like without being numbers that are read; null if they do not.
  const OddNumbers* mostly_odd() const;
  void finish_numbers(FinishedColumn& finished, bool comma);
  void finish_categories(FinishedColumn& finished);
  void finish_labels(FinishedColumn& finished);
  std::vector<std::string> sorted_values(bool by_number) const;
  void put_places(std::vector<double>& numbers, const std::vector<std::string>& sorted) const;

  std::string name_;
  ColumnKind wanted_;
  bool records_texts_ = false;
  std::size_t missing_ = 0, numbers_ = 0, texts_ = 0, soft_missing_ = 0;
  Example first_, point_only_, comma_only_, either_, bare_, in_unit_, other_unit_, text_, too_many_,
      too_large_;
  std::string unit_;
  struct OddCells {
    std::size_t count = 0;
    Example first = {};
  };
  std::map<const OddNumbers*, OddCells> odd_;  ///< what texts look like
  std::vector<double> point_, comma_;  ///< `comma_` is empty as long as it would be the same
  std::unordered_map<std::string, std::uint32_t> ids_;
  std::vector<std::string> values_;
  std::vector<std::uint32_t> places_;
};

}}  // namespace hourglass
