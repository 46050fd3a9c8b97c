#include "hourglass/datasets/table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <unordered_map>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/cell_text.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

double ColumnScale::squash(double number) const {
  const double z = (number - centre) / (10 * spread);
  return 0.5 + 0.5 * z / std::hypot(1, z);
}

double ColumnScale::unsquash(double share) const {
  const double t = std::clamp(2 * share - 1, -0.999999, 0.999999);
  return centre + 10 * spread * t / std::sqrt(1 - t * t);
}

// ---- Learning

namespace {

constexpr double least_spread = 1e-290;  // dividing by less might give infinity

ColumnScale scale_of_numbers(const TableColumn& column, const std::vector<std::uint32_t>& rows) {
  std::vector<double> numbers;
  for (std::uint32_t row : rows)
    if (!std::isnan(column.numbers[row])) numbers.push_back(column.numbers[row]);
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
  std::nth_element(numbers.begin(), middle, numbers.end());
  ColumnScale scale{column.name, *middle};
  double distances = 0;
  for (double number : numbers) distances += std::abs(number - scale.centre);
  const double spread = distances / static_cast<double>(numbers.size());
  if (spread > least_spread) scale.spread = spread;
  scale.unit = column.unit;
  return scale;
}

/// A column without a value in these rows may have some in the others, which nothing could be known
/// about.
void expect_a_value(const Table& table, const TableColumn& column,
                    const std::vector<std::uint32_t>& rows) {
  const auto has_value = [&](std::uint32_t row) { return !std::isnan(column.numbers[row]); };
  if (!std::ranges::any_of(rows, has_value))
    throw DataError(
        fmt::format("{}: column '{}' has no value in any of the {} rows to learn from: "
                    "leave it out with ignore=",
                    table.name, shown(column.name), rows.size()));
}

ColumnScale scale_of_categories(const TableColumn& column, const std::vector<std::uint32_t>& rows) {
  std::vector<bool> seen(column.values.size());
  for (std::uint32_t row : rows)
    if (!std::isnan(column.numbers[row]))
      seen[static_cast<std::size_t>(column.numbers[row])] = true;
  ColumnScale scale{column.name};
  for (std::size_t i = 0; i < seen.size(); ++i)
    if (seen[i]) scale.values.push_back(column.values[i]);
  return scale;
}

}  // namespace

KnownLabels KnownLabels::of(const Table& table) {
  if (!table.label_names.empty()) return {.names = table.label_names};
  const std::set<std::uint8_t> numbers(table.labels.begin(), table.labels.end());
  return {.numbers = {numbers.begin(), numbers.end()}};
}

TableScale TableScale::learnt(const Table& table, const std::vector<std::uint32_t>& rows) {
  if (rows.empty())
    throw DataError(
        fmt::format("{}: there are no rows to learn its columns' scale from", table.name));
  TableScale scale;
  scale.labels = KnownLabels::of(table);
  for (const TableColumn& column : table.columns) {
    expect_a_value(table, column, rows);
    scale.columns.push_back(column.values.empty() ? scale_of_numbers(column, rows)
                                                  : scale_of_categories(column, rows));
  }
  return scale;
}

// ---- In a model's file

std::string TableScale::text() const {
  auto scales = nlohmann::ordered_json::array();
  for (const ColumnScale& column : columns)
    if (column.values.empty()) {
      scales.push_back(
          {{"name", column.name}, {"centre", column.centre}, {"spread", column.spread}});
      if (!column.unit.empty()) scales.back()["unit"] = column.unit;
    } else {
      scales.push_back({{"name", column.name}, {"values", column.values}});
    }
  nlohmann::ordered_json json = {{"columns", std::move(scales)}};
  if (!labels.names.empty()) json["labels"] = labels.names;
  if (!labels.numbers.empty()) json["labels"] = labels.numbers;
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

namespace {

KnownLabels labels_from(const nlohmann::json& list) {
  KnownLabels labels;
  for (const auto& label : list)
    if (label.is_string())
      labels.names.push_back(label);
    else
      labels.numbers.push_back(label);
  return labels;
}

}  // namespace

TableScale TableScale::from_text(const std::string& text) try {
  TableScale scale;
  const nlohmann::json json = nlohmann::json::parse(text);
  const bool older = json.is_array();  // the columns alone, from an earlier version
  if (!older && json.contains("labels")) scale.labels = labels_from(json.at("labels"));
  for (const auto& entry : older ? json : json.at("columns")) {
    ColumnScale column{entry.at("name")};
    if (entry.contains("values")) {
      column.values = entry.at("values");
    } else {
      column.centre = entry.at("centre");
      column.spread = entry.at("spread");
      column.unit = entry.value("unit", "");
    }
    const bool sane = std::isfinite(column.centre) && std::isfinite(column.spread) &&
                      column.spread > 0 && (!entry.contains("values") || !column.values.empty());
    if (!sane)
      throw DataError(fmt::format("columns: the scale of '{}' is none", shown(column.name)));
    scale.columns.push_back(std::move(column));
  }
  if (scale.columns.empty() && scale.labels.empty()) throw DataError("columns: there is none");
  return scale;
} catch (const nlohmann::json::exception& error) {
  throw DataError(fmt::format("columns: no scale of a table's columns: {}", error.what()));
}

// ---- Applying

std::size_t TableScale::features() const {
  std::size_t sum = 0;
  for (const ColumnScale& column : columns) sum += column.features();
  return sum;
}

std::vector<std::string> TableScale::feature_names() const {
  std::vector<std::string> names;
  for (const ColumnScale& column : columns) {
    if (column.values.empty()) names.push_back(column.name);
    for (const std::string& value : column.values)
      names.push_back(fmt::format("{} = {}", column.name, value));
  }
  return names;
}

namespace {

using ColumnPlaces = std::unordered_map<std::string_view, const TableColumn*>;

ColumnPlaces places_by_name(const Table& table) {
  ColumnPlaces places;
  for (const TableColumn& column : table.columns) places.emplace(column.name, &column);
  return places;
}

std::string unit_text(const std::string& unit) {
  return unit.empty() ? "no unit" : unit == "%" ? "per cent" : fmt::format("'{}'", shown(unit));
}

const TableColumn& column_for(const Table& table, const ColumnPlaces& places,
                              const ColumnScale& scale) {
  const auto found = places.find(scale.name);
  if (found == places.end())
    throw DataError(fmt::format("{}: has no column '{}', which the model was trained on",
                                table.name, shown(scale.name)));
  const TableColumn& column = *found->second;
  if (column.values.empty() != scale.values.empty())
    throw DataError(fmt::format(
        "{}: column '{}' holds {}, but the model was trained on {}", table.name, shown(column.name),
        column.values.empty() ? "numbers" : "text", scale.values.empty() ? "numbers" : "text"));
  // Who writes 5 for 5 mg means the same number; who writes 0.5 for 50 % does not.
  const bool both_have_units = !column.unit.empty() && !scale.unit.empty();
  const bool one_is_share = column.unit == "%" || scale.unit == "%";
  if (column.unit != scale.unit && (both_have_units || one_is_share))
    throw DataError(fmt::format("{}: column '{}' is in {}, but the model was trained on {}",
                                table.name, shown(column.name), unit_text(column.unit),
                                unit_text(scale.unit)));
  return column;
}

/// The index in `scale.values` of each of the column's values; their number if it is not there.
std::vector<std::size_t> places_of(const TableColumn& column, const ColumnScale& scale) {
  std::vector<std::size_t> places;
  for (const std::string& value : column.values)
    places.push_back(static_cast<std::size_t>(
        std::ranges::find(scale.values, value_key(value), value_key) - scale.values.begin()));
  return places;
}

}  // namespace

std::vector<Scalar> TableScale::apply(const Table& table) const {
  const std::size_t width = features();
  std::vector<Scalar> examples(table.rows() * width);
  std::size_t first = 0;  // of the column's features
  const ColumnPlaces by_name = places_by_name(table);
  for (const ColumnScale& scale : columns) {
    const TableColumn& column = column_for(table, by_name, scale);
    const std::vector<std::size_t> places = places_of(column, scale);
    for (std::size_t row = 0; row < table.rows(); ++row) {
      Scalar* out = examples.data() + row * width + first;
      if (std::isnan(column.numbers[row])) {
        std::fill_n(out, scale.features(), std::numeric_limits<Scalar>::quiet_NaN());
      } else if (scale.values.empty()) {
        *out = static_cast<Scalar>(scale.squash(column.numbers[row]));
      } else if (const std::size_t place = places[static_cast<std::size_t>(column.numbers[row])];
                 place < scale.values.size()) {
        out[place] = 1;
      }
    }
    first += scale.features();
  }
  return examples;
}

std::vector<std::string> TableScale::unknown_in(const Table& table,
                                                const std::vector<std::uint32_t>& rows) const {
  constexpr std::size_t most_shown = 5;
  std::vector<std::string> lines;
  const ColumnPlaces by_name = places_by_name(table);
  for (const ColumnScale& scale : columns) {
    if (scale.values.empty()) continue;
    const TableColumn& column = column_for(table, by_name, scale);
    const std::vector<std::size_t> places = places_of(column, scale);
    std::size_t unknown_rows = 0;
    std::set<std::string> unknown;
    for (const std::uint32_t row : rows) {
      if (std::isnan(column.numbers[row])) continue;
      const auto value = static_cast<std::size_t>(column.numbers[row]);
      if (places[value] < scale.values.size()) continue;
      ++unknown_rows;
      if (unknown.size() <= most_shown) unknown.insert(shown(column.values[value]));
    }
    if (unknown.empty()) continue;
    const bool cut = unknown.size() > most_shown;
    if (cut) unknown.erase(std::prev(unknown.end()));
    lines.push_back(fmt::format(
        "column '{}': the values of {} of {} rows are unknown to the model ({}{})",
        shown(column.name), unknown_rows, rows.size(), fmt::join(unknown, ", "), cut ? ", …" : ""));
  }
  return lines;
}

std::vector<std::uint32_t> TableScale::checksums(const Table& table) const {
  std::vector<std::uint32_t> sums(table.rows());
  const auto add = [](std::uint32_t& sum, const void* bytes, std::size_t count) {
    sum = static_cast<std::uint32_t>(crc32_z(sum, static_cast<const Bytef*>(bytes), count));
  };
  const ColumnPlaces by_name = places_by_name(table);
  for (const ColumnScale& scale : columns) {
    const TableColumn& column = column_for(table, by_name, scale);
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const double number = column.numbers[row];
      if (column.values.empty() || std::isnan(number)) {
        add(sums[row], &number, sizeof number);
      } else {
        const std::string& value = column.values[static_cast<std::size_t>(number)];
        add(sums[row], value.c_str(), value.size() + 1);
      }
    }
  }
  return sums;
}

}}  // namespace hourglass
