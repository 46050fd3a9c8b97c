#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <set>
#include <vector>

#include "apps/command.hpp"
#include "apps/commands/commands.hpp"
#include "apps/evaluation/metric_text.hpp"
#include "apps/evaluation/words.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/cell_text.hpp"
#include "hourglass/datasets/notices.hpp"
#include "hourglass/datasets/readers/csv.hpp"
#include "hourglass/datasets/readers/csv_cells.hpp"
#include "hourglass/models/applications/imputation.hpp"
#include "hourglass/nn/files/atomic_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

struct Options : CommonOptions {
  std::string run, in, out, truth;
  std::size_t samples = 1000;
};

TableScale scale_of(const Options& options, const TrainedModel& trained) {
  if (!trained.model->takes_missing())
    throw ConfigError(
        fmt::format("{} is a {} model, which fills nothing in: 'hourglass train miwae' makes one "
                    "that does",
                    options.run, trained.run.model));
  TableScale scale =
      trained.run.scale.empty() ? TableScale() : TableScale::from_text(trained.run.scale);
  if (scale.columns.empty())
    throw ConfigError(
        fmt::format("{} was trained on {}, which is no table, so there are no cells "
                    "that it could fill in",
                    options.run, trained.run.data));
  return scale;
}

/// The columns of the file that the model was trained on, with NaN for each missing value. Those
/// without any value, which the reader leaves out, are among them.
Table read_known_columns(const std::string& file, const std::vector<std::string>& names,
                         const TableScale& scale) {
  std::set<std::string> known;
  for (const ColumnScale& column : scale.columns) known.insert(column.name);
  CsvColumns special = {.missing = MissingValues::report};
  for (const std::string& name : names)
    if (!known.contains(name)) special.ignore.push_back(name);
  if (special.ignore.size() == names.size() && !names.empty())
    throw DataError(fmt::format("{}: has none of the columns that the model was trained on", file));
  Table table = read_csv(file, special);
  for (const ColumnReport& report : table.reports) {
    const auto column = std::ranges::find(scale.columns, report.name, &ColumnScale::name);
    if (report.kind != ColumnKind::ignored || column == scale.columns.end()) continue;
    table.columns.push_back(
        {report.name, std::vector<double>(report.missing, std::numeric_limits<double>::quiet_NaN()),
         column->values, column->unit});
  }
  return table;
}

/// A number as the file writes its numbers, to a thousandth of what its column's differ by. Never with
/// three decimals, which may be taken for thousands.
std::string written(double number, const ColumnScale& scale, bool decimal_comma) {
  constexpr int most_decimals = 12;
  const double step = scale.spread / 1000;
  int decimals = std::max(0, static_cast<int>(std::ceil(-std::log10(step))));
  decimals += decimals == 3;
  std::string text = decimals <= most_decimals && std::abs(number) < 1e15
                         ? fmt::format("{:.{}f}", number, decimals)
                         : fmt::format("{:.6e}", number);
  if (decimal_comma) std::ranges::replace(text, '.', ',');
  if (scale.unit.empty()) return text;
  return text + (scale.unit == "%" ? "" : " ") + scale.unit;
}

/// How many cells of a column were filled in.
struct FilledColumn {
  std::string name;
  std::size_t cells = 0;
};

/// Writes what was filled into the table to the cells of the file.
std::vector<FilledColumn> fill_cells(CsvCells& cells, const Table& gaps, const Table& filled,
                                     const TableScale& scale) {
  const std::vector<std::string> names = cells.names();
  const bool comma = std::ranges::any_of(gaps.columns, &TableColumn::decimal_comma);
  std::vector<FilledColumn> columns;
  for (const ColumnScale& known : scale.columns) {
    const auto gap = std::ranges::find(gaps.columns, known.name, &TableColumn::name);
    const TableColumn& full = filled.columns[static_cast<std::size_t>(gap - gaps.columns.begin())];
    const auto place =
        static_cast<std::size_t>(std::ranges::find(names, known.name) - names.begin());
    FilledColumn column{known.name};
    for (std::size_t row = 0; row < gaps.rows(); ++row) {
      if (!std::isnan(gap->numbers[row])) continue;
      const double value = full.numbers[row];
      cells.set(row, place,
                full.values.empty() ? written(value, known, comma)
                                    : full.values[static_cast<std::size_t>(value)]);
      ++column.cells;
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

std::size_t incomplete_rows(const Table& table) {
  std::size_t count = 0;
  for (std::size_t row = 0; row < table.rows(); ++row)
    count += std::ranges::any_of(
        table.columns, [&](const TableColumn& column) { return std::isnan(column.numbers[row]); });
  return count;
}

/// What was filled in beside the truth and two baselines.
struct Comparison {
  ImputationErrors model, means, pca;
  std::size_t pca_components;
};

Comparison compare(const Options& options, const Table& gaps, const Table& filled,
                   const TableScale& scale) {
  const CsvCells cells(options.truth);
  const Table truth = read_known_columns(options.truth, cells.names(), scale);
  const PcaImputation pca = impute_by_pca(gaps, options.rng().fork(1));
  return {imputation_errors(gaps, filled, truth),
          imputation_errors(gaps, impute_by_means(gaps), truth),
          imputation_errors(gaps, pca.table, truth), pca.components};
}

std::string comparison_text(const Comparison& compared) {
  std::string text;
  if (compared.model.numbers > 0)
    text += fmt::format(
        "\nRMSE of {} numbers, in standard deviations: {:.4f} (the columns' means {:.4f}, "
        "iterated PCA-{} {:.4f})",
        thousands(compared.model.numbers), compared.model.rmse, compared.means.rmse,
        compared.pca_components, compared.pca.rmse);
  if (compared.model.categories > 0)
    text += fmt::format("\nright, of {}: {} (the most frequent {})",
                        counted(compared.model.categories, "category value"),
                        percent(compared.model.categories_right),
                        percent(compared.means.categories_right));
  return text.empty() ? "\nnothing to compare: no missing value is known" : text;
}

void add_comparison(nlohmann::ordered_json& json, const Comparison& compared) {
  json["compared_numbers"] = compared.model.numbers;
  if (compared.model.numbers > 0) {
    json["rmse"] = compared.model.rmse;
    json["means_rmse"] = compared.means.rmse;
    json["pca_rmse"] = compared.pca.rmse;
    json["pca_components"] = compared.pca_components;
  }
  json["compared_categories"] = compared.model.categories;
  if (compared.model.categories == 0) return;
  json["categories_right"] = compared.model.categories_right;
  json["most_frequent_right"] = compared.means.categories_right;
}

void fill_in_file(const Options& options) {
  options.apply();
  const TrainedModel trained = load_model(options.run);
  const TableScale scale = scale_of(options, trained);
  CsvCells cells(options.in);
  const Table gaps = read_known_columns(options.in, cells.names(), scale);
  if (gaps.rows() != cells.rows())
    throw DataError(
        fmt::format("{}: has {} rows, but cells of {}", options.in, gaps.rows(), cells.rows()));
  const Table filled = impute(*trained.model, scale, gaps, options.samples, options.rng().fork(0));
  std::vector<std::uint32_t> rows(gaps.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  for (const std::string& note : scale.unknown_in(gaps, rows))
    notice(fmt::format("{}: {}", options.in, note));
  if (!cells.encoding().empty())
    notice(
        fmt::format("{} is {}, {} is written as UTF-8", options.in, cells.encoding(), options.out));
  const std::vector<FilledColumn> columns = fill_cells(cells, gaps, filled, scale);
  const std::optional<Comparison> compared =
      options.truth.empty() ? std::nullopt : std::optional(compare(options, gaps, filled, scale));
  write_atomically(options.out, cells.text());

  std::size_t count = 0;
  for (const FilledColumn& column : columns) count += column.cells;
  options.print(
      fmt::format("{}: {} of {} cells of {} rows were missing and are filled in ({} of "
                  "the model's columns, from {} of each row){}",
                  options.out, thousands(count), thousands(gaps.rows() * scale.columns.size()),
                  thousands(gaps.rows()), scale.columns.size(), counted(options.samples, "code"),
                  compared ? comparison_text(*compared) : ""));
  nlohmann::ordered_json json = {{"in", options.in},
                                 {"out", options.out},
                                 {"rows", gaps.rows()},
                                 {"incomplete_rows", incomplete_rows(gaps)},
                                 {"filled", count},
                                 {"samples", options.samples},
                                 {"columns", nlohmann::ordered_json::array()}};
  for (const FilledColumn& column : columns)
    json["columns"].push_back({{"name", shown(column.name)}, {"filled", column.cells}});
  if (compared) add_comparison(json, *compared);
  options.write_json(json);
}

}  // namespace

void add_impute_command(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("impute", "fill in the missing values of a table, by a model that can");
  add_run_option(*command, options->run);
  command
      ->add_option("--in", options->in,
                   "a CSV file with the columns that the model was trained on; others stay as they "
                   "are")
      ->required()
      ->type_name("FILE.csv");
  options
      ->add_output(*command, "--out", options->out,
                   "the same text with every empty cell of these columns filled in", ".csv")
      ->required();
  command
      ->add_option("--samples", options->samples,
                   "codes of each row, over which what the model expects is averaged")
      ->check(positive)
      ->type_name("N");
  command
      ->add_option("--truth", options->truth,
                   "the same rows with nothing missing: says how far off what was filled in is, "
                   "beside the columns' means and iterated PCA")
      ->type_name("FILE.csv");
  options->add_to(*command, "hourglass impute runs/miwae --in holes.csv --out complete.csv");
  command->callback([options] { fill_in_file(*options); });
}

}}  // namespace hourglass
