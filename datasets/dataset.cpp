#include "hourglass/datasets/dataset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "hourglass/autograd/base/advice.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/cell_text.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

using Indices = std::vector<std::uint32_t>;

std::size_t checked_features(const std::string& name, const Shape& shape) {
  const std::size_t features = element_count(shape);
  if (features == 0)
    throw DataError(fmt::format("{}: examples of shape {} hold nothing", name, to_text(shape)));
  return features;
}

bool is_missing(Scalar number) {
  return std::isnan(number);
}

}  // namespace

void expect_complete(const Dataset& data, const std::string& user) {
  if (const std::size_t missing = data.missing(); missing > 0)
    throw DataError(fmt::format("{}: {} of its {} numbers are missing, and {} needs them all",
                                data.name(), missing, data.size() * data.features(), user));
}

Dataset::Dataset(std::string name, Shape example_shape, std::vector<std::uint8_t> bytes,
                 std::vector<std::uint8_t> labels)
    : name_(std::move(name)),
      example_shape_(std::move(example_shape)),
      features_(checked_features(name_, example_shape_)),
      count_(bytes.size() / features_),
      bytes_(std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes))),
      labels_(std::make_shared<const std::vector<std::uint8_t>>(std::move(labels))) {
  if (bytes_->size() != count_ * features_)
    throw DataError(
        fmt::format("{}: {} bytes are not a whole number of examples of shape {} ({} bytes)", name_,
                    bytes_->size(), to_text(example_shape_), features_));
  check_labels();
}

Dataset::Dataset(std::string name, Shape example_shape, std::vector<Scalar> numbers,
                 std::vector<std::uint8_t> labels, TableDetails details)
    : name_(std::move(name)),
      example_shape_(std::move(example_shape)),
      features_(checked_features(name_, example_shape_)),
      count_(numbers.size() / features_),
      labels_(std::make_shared<const std::vector<std::uint8_t>>(std::move(labels))),
      numbers_(std::make_shared<const std::vector<Scalar>>(std::move(numbers))),
      table_(std::make_shared<const TableDetails>(std::move(details))) {
  if (numbers_->size() != count_ * features_)
    throw DataError(fmt::format("{}: {} numbers are not a whole number of examples of {}", name_,
                                numbers_->size(), features_));
  may_miss_values_ = std::ranges::any_of(*numbers_, is_missing);
  if (has_targets() && table_->targets.size() != count_)
    throw DataError(
        fmt::format("{}: {} examples but {} targets", name_, count_, table_->targets.size()));
  check_labels();
}

void Dataset::check_labels() const {
  if (has_labels() && labels_->size() != count_)
    throw DataError(fmt::format("{}: {} examples but {} labels", name_, count_, labels_->size()));
  if (count_ > std::numeric_limits<std::uint32_t>::max())
    throw DataError(fmt::format("{}: {} examples are more than 32 bits can number", name_, count_));
}

std::size_t Dataset::place(std::size_t i) const {
  if (i >= size())
    throw DataError(fmt::format("{}: there is no example {} among {}", name_, i, size()));
  return indices_ ? (*indices_)[i] : i;
}

std::size_t Dataset::row(std::size_t i) const {
  const std::size_t read = place(i);
  return is_table() && !table_->file_rows.empty() ? table_->file_rows[read] : read;
}

std::uint32_t Dataset::checksum(std::size_t i) const {
  return table().checksums.at(place(i));
}

const std::uint8_t* Dataset::example(std::size_t i) const {
  if (is_table()) throw DataError(fmt::format("{}: its examples are numbers, not bytes", name_));
  return bytes_->data() + place(i) * features_;
}

const TableDetails& Dataset::table() const {
  if (!is_table()) throw DataError(fmt::format("{}: is not a table", name_));
  return *table_;
}

std::size_t Dataset::missing() const {
  std::size_t count = 0;
  for (std::size_t i = 0; may_miss_values_ && i < size(); ++i) {
    const Scalar* row = numbers_->data() + place(i) * features_;
    count += static_cast<std::size_t>(std::count_if(row, row + features_, is_missing));
  }
  return count;
}

double Dataset::target(std::size_t i) const {
  if (!has_targets()) throw DataError(fmt::format("{}: has no targets", name_));
  return table_->targets[place(i)];
}

void Dataset::add_notes(const std::vector<std::string>& notes) {
  notes_.insert(notes_.end(), notes.begin(), notes.end());
}

namespace {

/// Whether a label is called by a number, such as 01: then other numbers do not count the names.
bool has_number(const std::vector<std::string>& names) {
  return std::ranges::any_of(names, [](const std::string& name) {
    return !name.empty() && name.find_first_not_of("0123456789+-.") == std::string::npos;
  });
}

}  // namespace

std::uint8_t label_number(const std::string& text, const std::vector<std::string>& names) {
  const auto named = std::ranges::find(names, value_key(text), value_key);
  if (named != names.end() && named - names.begin() <= 255)
    return static_cast<std::uint8_t>(named - names.begin());
  unsigned number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const bool is_byte = error == std::errc() && stop == end && number <= 255;
  if (is_byte && !has_number(names)) return static_cast<std::uint8_t>(number);
  if (is_byte)
    throw ConfigError(
        fmt::format("there is no label '{}'; {}", printable(text), printable(advice(text, names))));
  throw ConfigError(
      fmt::format("label '{}' is not a whole number from 0 to 255{}", printable(text),
                  names.empty() ? "" : ", and no name: " + printable(advice(text, names))));
}

void Dataset::set_labels(std::vector<std::uint8_t> labels, std::vector<std::string> names) {
  labels_ = std::make_shared<const std::vector<std::uint8_t>>(std::move(labels));
  label_names_ = std::move(names);
  check_labels();
}

const std::vector<std::string>& Dataset::label_names() const {
  return is_table() ? table_->label_names : label_names_;
}

std::string Dataset::label_name(std::uint8_t label) const {
  return label < label_names().size() ? printable(label_names()[label]) : std::to_string(label);
}

std::uint8_t Dataset::label(std::size_t i) const {
  if (!has_labels()) throw DataError(fmt::format("{}: has no labels", name_));
  return (*labels_)[place(i)];
}

std::vector<std::uint8_t> Dataset::labels(std::size_t first, std::size_t count) const {
  std::vector<std::uint8_t> labels(has_labels() ? count : 0);
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = label(first + i);
  return labels;
}

Dataset Dataset::slice(std::size_t first, std::size_t count) const {
  first = std::min(first, size());
  Indices kept(std::min(count, size() - first));
  std::iota(kept.begin(), kept.end(), static_cast<std::uint32_t>(first));
  return subset(kept);
}

Dataset Dataset::subset(const std::vector<std::uint32_t>& examples) const {
  Indices kept;
  kept.reserve(examples.size());
  for (std::uint32_t i : examples) kept.push_back(static_cast<std::uint32_t>(place(i)));
  Dataset part = *this;
  part.indices_ = std::make_shared<const Indices>(std::move(kept));
  return part;
}

Dataset Dataset::with_labels(const std::vector<std::uint8_t>& labels) const {
  if (!has_labels()) throw DataError(fmt::format("{}: has no labels to choose examples by", name_));
  Indices kept;
  for (std::uint32_t i = 0; i < size(); ++i)
    if (std::find(labels.begin(), labels.end(), label(i)) != labels.end()) kept.push_back(i);
  return subset(kept);
}

void Dataset::read_example(std::size_t i, Scalar* out) const {
  const std::size_t count = features_;  // a local: the compiler need not reload it after each write
  if (numbers_) {
    std::copy_n(numbers_->data() + place(i) * count, count, out);
    return;
  }
  const std::uint8_t* bytes = example(i);
  for (std::size_t f = 0; f < count; ++f) out[f] = bytes[f] * (Scalar{1} / 255);
}

void Dataset::read_rows(std::size_t first, std::size_t count, Tensor& out) const {
  if (first > size() || count > size() - first)
    throw DataError(fmt::format("{}: there are no examples {} to {} among {}", name_, first,
                                first + count, size()));
  const Shape shape{count, features_};
  if (out.shape() != shape) out.resize(shape);
  for (std::size_t i = 0; i < count; ++i) read_example(first + i, out.data() + i * features_);
}

}}  // namespace hourglass
