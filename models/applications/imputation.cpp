#include "hourglass/models/applications/imputation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/cell_text.hpp"
#include "hourglass/models/core/inference.hpp"
#include "hourglass/models/core/missing.hpp"
#include "hourglass/models/statistics/imputation.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// As many examples at a time as keep the memory for their codes' reconstructions bounded.
std::size_t rows_of_a_batch(const Dataset& data, std::size_t samples) {
  return std::clamp<std::size_t>(1'000'000 / std::max<std::size_t>(1, samples * data.features()), 1,
                                 inference_batch);
}

void expect_finite(const Tensor& rows, const Dataset& data) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (!std::isfinite(rows.data()[i]))
      throw NonFiniteError(
          fmt::format("{}: what the model expects of number {} of row {} is not finite",
                      data.name(), i % data.features(), i / data.features()));
}

}  // namespace

Tensor impute(Autoencoder& model, const Dataset& data, std::size_t samples, Rng rng) {
  if (samples == 0) throw ConfigError("an expectation from 0 codes: there must be at least 1");
  Tensor all;
  data.read_rows(0, data.size(), all);
  const auto impute_batch = [&](const InferenceBatch& batch) {
    Rng noise = rng.fork(batch.index);
    const Tensor found =
        completed_from(model.expectation(batch.x(), samples, noise).value(), batch.batch.x);
    std::copy(found.begin(), found.end(), all.data() + batch.first * data.features());
  };
  infer(model, data, impute_batch, rows_of_a_batch(data, samples));
  expect_finite(all, data);
  return all;
}

// ---- Tables

namespace {

TableColumn* column_called(Table& table, std::string_view name) {
  const auto found = std::ranges::find(table.columns, name, &TableColumn::name);
  return found == table.columns.end() ? nullptr : &*found;
}

/// The index of a value among a column's, to which it is added if it is not there.
std::size_t index_of(TableColumn& column, const std::string& value) {
  const auto found = std::ranges::find(column.values, value_key(value), value_key);
  const auto index = static_cast<std::size_t>(found - column.values.begin());
  if (found == column.values.end()) column.values.push_back(value);
  return index;
}

/// What the numbers of an example say of one column.
double value_of(TableColumn& column, const ColumnScale& scale, const Scalar* numbers) {
  if (scale.values.empty()) return scale.unsquash(*numbers);
  const Scalar* most = std::max_element(numbers, numbers + scale.values.size());
  return static_cast<double>(
      index_of(column, scale.values[static_cast<std::size_t>(most - numbers)]));
}

}  // namespace

Table impute(Autoencoder& model, const TableScale& scale, Table table, std::size_t samples,
             Rng rng) {
  const std::size_t width = scale.features();
  const Dataset data(table.name, {width}, scale.apply(table), {},
                     {{}, scale.feature_names(), {}, scale.text()});
  const Tensor rows = impute(model, data, samples, rng);
  std::size_t first = 0;  // of the column's numbers
  for (const ColumnScale& known : scale.columns) {
    TableColumn& column = *column_called(table, known.name);
    for (std::size_t row = 0; row < table.rows(); ++row)
      if (std::isnan(column.numbers[row]))
        column.numbers[row] = value_of(column, known, rows.data() + row * width + first);
    first += known.features();
  }
  return table;
}

// ---- Baselines

namespace {

/// Mean and standard deviation of what is known of a column of numbers.
struct Moments {
  double mean = 0, deviation = 0;
};
Moments moments_of(const TableColumn& column) {
  double count = 0, sum = 0, squares = 0;
  for (const double number : column.numbers)
    if (!std::isnan(number)) count += 1, sum += number;
  const double mean = sum / std::max(count, 1.0);
  for (const double number : column.numbers)
    if (!std::isnan(number)) squares += std::pow(number - mean, 2);
  return {mean, std::sqrt(squares / std::max(count, 1.0))};
}

void fill_most_frequent(TableColumn& column) {
  std::vector<std::size_t> counts(column.values.size());
  for (const double value : column.numbers)
    if (!std::isnan(value)) ++counts[static_cast<std::size_t>(value)];
  const auto most = std::max_element(counts.begin(), counts.end()) - counts.begin();
  for (double& value : column.numbers)
    if (std::isnan(value)) value = static_cast<double>(most);
}

/// The columns of numbers, and those of categories without gaps.
std::vector<TableColumn*> fill_categories(Table& table) {
  std::vector<TableColumn*> numbers;
  for (TableColumn& column : table.columns)
    if (column.values.empty())
      numbers.push_back(&column);
    else
      fill_most_frequent(column);
  return numbers;
}

}  // namespace

Table impute_by_means(Table table) {
  for (TableColumn* column : fill_categories(table))
    for (const double mean = moments_of(*column).mean; double& number : column->numbers)
      if (std::isnan(number)) number = mean;
  return table;
}

PcaImputation impute_by_pca(Table table, Rng rng) {
  constexpr std::size_t most_components = 10;
  const std::vector<TableColumn*> columns = fill_categories(table);
  if (columns.size() < 2) return {impute_by_means(std::move(table)), 0};
  std::vector<Moments> moments;
  for (const TableColumn* column : columns) {
    moments.push_back(moments_of(*column));
    if (!(moments.back().deviation > 0)) moments.back().deviation = 1;
  }
  Tensor rows = filled({table.rows(), columns.size()});
  for (std::size_t row = 0; row < table.rows(); ++row)
    for (std::size_t k = 0; k < columns.size(); ++k)
      rows(row, k) =
          static_cast<Scalar>((columns[k]->numbers[row] - moments[k].mean) / moments[k].deviation);
  const std::size_t components =
      components_for_imputation(rows, std::min(most_components, columns.size() - 1), rng);
  const Tensor found = hourglass::impute_by_pca(rows, components);
  for (std::size_t k = 0; k < columns.size(); ++k)
    for (std::size_t row = 0; row < table.rows(); ++row)
      if (double& number = columns[k]->numbers[row]; std::isnan(number))
        number = moments[k].mean + moments[k].deviation * double(found(row, k));
  return {std::move(table), components};
}

// ---- Comparing

ImputationErrors imputation_errors(const Table& gaps, const Table& filled, const Table& truth) {
  if (truth.rows() != gaps.rows())
    throw DataError(fmt::format("{}: has {} rows, but {} has {}", truth.name, truth.rows(),
                                gaps.name, gaps.rows()));
  ImputationErrors errors;
  double squares = 0, right = 0;
  for (std::size_t k = 0; k < gaps.columns.size(); ++k) {
    const TableColumn &gap = gaps.columns[k], &guess = filled.columns[k];
    const auto real = std::ranges::find(truth.columns, gap.name, &TableColumn::name);
    if (real == truth.columns.end() || real->values.empty() != gap.values.empty())
      throw DataError(fmt::format("{}: has no column '{}' of {}, as {} has", truth.name,
                                  shown(gap.name), gap.values.empty() ? "numbers" : "text",
                                  gaps.name));
    const double deviation = gap.values.empty() ? moments_of(*real).deviation : 0;
    for (std::size_t row = 0; row < gaps.rows(); ++row) {
      if (!std::isnan(gap.numbers[row]) || std::isnan(real->numbers[row])) continue;
      if (std::isnan(guess.numbers[row])) continue;  // the model does not know the column
      if (gap.values.empty()) {
        if (!(deviation > 0)) continue;
        ++errors.numbers;
        squares += std::pow((guess.numbers[row] - real->numbers[row]) / deviation, 2);
      } else {
        ++errors.categories;
        right += value_key(guess.values[static_cast<std::size_t>(guess.numbers[row])]) ==
                 value_key(real->values[static_cast<std::size_t>(real->numbers[row])]);
      }
    }
  }
  if (errors.numbers > 0) errors.rmse = std::sqrt(squares / static_cast<double>(errors.numbers));
  if (errors.categories > 0)
    errors.categories_right = right / static_cast<double>(errors.categories);
  return errors;
}

}}  // namespace hourglass
