#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hourglass/autograd/base/tensor.hpp"
#include "hourglass/datasets/column_report.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What rows of a table have besides their numbers (table.hpp).
struct TableDetails {
  std::vector<std::string> label_names;    ///< of label 0, 1, …, or none
  std::vector<std::string> feature_names;  ///< one for each number of an example
  std::vector<double> targets;             ///< regression targets, one per row, or none
  std::string scale;                       ///< how columns were scaled to 0..1: what a model stores
  std::vector<ColumnReport> reports = {};  ///< what a file's columns were taken for
  std::vector<std::uint32_t> checksums = {};  ///< one per row: TableScale::checksums
  std::vector<std::uint32_t> file_rows = {};  ///< Table::file_rows
};

class Dataset;

/// Throws DataError, which says that `user` ("PCA") cannot take them, for examples some of whose
/// numbers are missing.
void expect_complete(const Dataset& data, const std::string& user);

/// The label that a text means: its place among these names, or else its number. Throws
/// ConfigError.
std::uint8_t label_number(const std::string& text, const std::vector<std::string>& names);

/// A set of examples. Images are kept as bytes (0 stands for 0.0, 255 for 1.0), a quarter of their
/// size as floats; rows of tables as numbers in 0..1, or NaN where a value is missing. Copies and
/// slices share their data, which never changes after reading.
class Dataset {
 public:
  /// `bytes` holds the examples one after the other, each with the shape `example_shape`:
  /// (C, H, W) for images. `labels` is empty or has one number per example.
  /// Throws DataError if the sizes do not match.
  Dataset(std::string name, Shape example_shape, std::vector<std::uint8_t> bytes,
          std::vector<std::uint8_t> labels = {});
  /// The same for rows of a table, numbers in 0..1.
  Dataset(std::string name, Shape example_shape, std::vector<Scalar> numbers,
          std::vector<std::uint8_t> labels, TableDetails details);

  const std::string& name() const { return name_; }
  std::size_t size() const { return indices_ ? indices_->size() : count_; }
  /// (C, H, W) for images.
  const Shape& example_shape() const { return example_shape_; }
  /// F, the number of values in one example: 784 for MNIST.
  std::size_t features() const { return features_; }
  bool has_labels() const { return !labels_->empty(); }

  /// Whether its examples are rows of a table: then there are details, and no bytes.
  bool is_table() const { return table_ != nullptr; }
  /// Throws DataError if it is not a table.
  const TableDetails& table() const;
  bool has_targets() const { return is_table() && !table_->targets.empty(); }
  /// How many of the numbers of these examples are missing.
  std::size_t missing() const;

  /// The F bytes of example `i`, its label, its target. Throw DataError for what the set does not
  /// have.
  const std::uint8_t* example(std::size_t i) const;
  std::uint8_t label(std::size_t i) const;
  double target(std::size_t i) const;
  /// The row of example `i` in the file that it was read from, counted from 0; rows that were left
  /// out because a value is missing count too.
  std::size_t row(std::size_t i) const;
  /// The checksum of the row of a table that example `i` is.
  std::uint32_t checksum(std::size_t i) const;

  /// What label 0, 1, … are called; none if labels are numbers.
  const std::vector<std::string>& label_names() const;
  /// The labels of all examples that were read, of a set that is not a table, and what they are called.
  /// Throws DataError if there are neither none nor one for each.
  void set_labels(std::vector<std::uint8_t> labels, std::vector<std::string> names);
  /// A label for display: its name, or else its number.
  std::string label_name(std::uint8_t label) const;

  /// What a user of the data should know first: how a file was read, and likely mistakes in it.
  const std::vector<std::string>& notes() const { return notes_; }
  void add_notes(const std::vector<std::string>& notes);

  /// The labels of examples first, …, first + count − 1; none if the set has none.
  std::vector<std::uint8_t> labels(std::size_t first, std::size_t count) const;

  /// Examples first, first + 1, …, first + count − 1 (cut at the end of the set).
  Dataset slice(std::size_t first, std::size_t count) const;
  /// These examples, in this order.
  Dataset subset(const std::vector<std::uint32_t>& examples) const;
  /// The examples whose label is one of `labels`, in their order. Throws DataError without labels.
  Dataset with_labels(const std::vector<std::uint8_t>& labels) const;

  /// Writes example `i` as F numbers in 0..1.
  void read_example(std::size_t i, Scalar* out) const;
  /// Writes examples first, …, first + count − 1 as rows of numbers in 0..1.  out: (count, F),
  /// resized if it has another shape. Throws DataError past the end of the set.
  void read_rows(std::size_t first, std::size_t count, Tensor& out) const;

 private:
  void check_labels() const;
  /// Where example `i` is among those that were read.
  std::size_t place(std::size_t i) const;

  std::string name_;
  Shape example_shape_;
  std::size_t features_ = 0;
  std::size_t count_ = 0;
  std::vector<std::string> notes_, label_names_;
  std::shared_ptr<const std::vector<std::uint8_t>> bytes_, labels_;
  std::shared_ptr<const std::vector<Scalar>> numbers_;  // null if examples are bytes
  bool may_miss_values_ = false;
  std::shared_ptr<const TableDetails> table_;
  std::shared_ptr<const std::vector<std::uint32_t>> indices_;  // null: all, in the file's order
};

}}  // namespace hourglass
