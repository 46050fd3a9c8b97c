#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hourglass/datasets/column_report.hpp"
#include "hourglass/datasets/dataset.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// Rows of numbers and of categories, and how they become what models take: numbers in 0..1.

/// One column of a table as it was read.
struct TableColumn {
  std::string name;
  /// one per row; of categories, their index in `values`; NaN where a value is missing
  std::vector<double> numbers;
  std::vector<std::string> values = {};  ///< the categories; none for a column of numbers
  std::string unit = {};                 ///< of numbers, if the table gives one: "mg", "%"
  bool decimal_comma = false;            ///< whether the file writes its numbers with one
};

/// A table as it was read: what is learnt from, and labels or targets, if it has any.
struct Table {
  std::string name;
  std::vector<TableColumn> columns = {};
  std::vector<std::uint8_t> labels = {};
  std::vector<std::string> label_names = {};  ///< of label 0, 1, …; none if labels are numbers
  std::vector<double> targets = {};           ///< regression targets
  std::vector<ColumnReport> reports = {};     ///< of all columns of a file, in its order
  std::vector<std::string> notes = {};        ///< how the file was read, and likely mistakes
  std::vector<std::uint32_t> file_rows =
      {};  ///< where each row is in the file, if some are left out

  std::size_t rows() const { return columns.empty() ? 0 : columns[0].numbers.size(); }
};

/// How one column becomes numbers in 0..1. A number is squashed around the centre of the training
/// rows, so that they fill the middle and nothing is ever cut off:
///
///     u = ½ + ½ z / √(1 + z²),   z = (x − centre) / (10 spread)
///
/// centre: the median, spread: the mean distance from it (1 if all are equal). A value three
/// spreads from the centre is at 0.36 or 0.64; one thirty away is at 0.97, and still below one
/// three hundred away. A category becomes one number for each value that training rows had,
/// 1 for its own; a value that they did not have is 0 everywhere. All numbers of a missing value are
/// NaN, and nothing is learnt from it.
struct ColumnScale {
  std::string name;
  double centre = 0, spread = 1;
  std::vector<std::string> values = {};  ///< the categories; none for numbers
  std::string unit = {};                 ///< of the numbers that it was learnt from

  std::size_t features() const { return values.empty() ? 1 : values.size(); }
  double squash(double number) const;
  double unsquash(double share) const;  ///< the inverse; values outside 0..1 are moved inside
};

/// The labels of the data that a model was trained on.
struct KnownLabels {
  std::vector<std::string> names = {};     ///< of label 0, 1, …; none if labels are numbers
  std::vector<std::uint8_t> numbers = {};  ///< those that occur, if labels are numbers

  static KnownLabels of(const Table& table);
  bool empty() const { return names.empty() && numbers.empty(); }
};

/// How all columns become the F numbers of an example, and what its labels are called. It is learnt
/// once, and stored in the model. Examples that are no rows of a table have no columns here.
struct TableScale {
  std::vector<ColumnScale> columns;
  KnownLabels labels = {};

  /// Learns it from these rows of the table. Throws DataError if there are none, or if a column has
  /// no value in any of them.
  static TableScale learnt(const Table& table, const std::vector<std::uint32_t>& rows);
  /// As JSON; reading it throws DataError for any other text.
  std::string text() const;
  static TableScale from_text(const std::string& text);

  std::size_t features() const;
  /// One name for each of the F numbers: "amount", "channel = online".
  std::vector<std::string> feature_names() const;
  /// The rows as examples. Columns are found by name, and those that are not needed are ignored.
  /// Throws DataError for a table that lacks one, has text where numbers are needed, or numbers in
  /// another unit.
  std::vector<Scalar> apply(const Table& table) const;
  /// What these rows of a table hold that it does not know: categories, of which `apply` makes
  /// zeros. One line per column.
  std::vector<std::string> unknown_in(const Table& table,
                                      const std::vector<std::uint32_t>& rows) const;
  /// A CRC-32 of each row's values in these columns as they were read: the same on any machine, as
  /// the numbers that they become are not.
  std::vector<std::uint32_t> checksums(const Table& table) const;
};

}}  // namespace hourglass
