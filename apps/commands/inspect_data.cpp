#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <utility>

#include "apps/command.hpp"
#include "apps/commands/commands.hpp"
#include "apps/evaluation/data_summary.hpp"
#include "apps/reports/report.hpp"
#include "hourglass/datasets/catalog/description.hpp"
#include "hourglass/datasets/cell_text.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "hourglass/nn/files/atomic_file.hpp"
#include "hourglass/nn/training/progress.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

struct Options : CommonOptions {
  std::string data, out;
};

// ---- As JSON

nlohmann::ordered_json to_json(const ColumnReport& column) {
  nlohmann::ordered_json json = {{"name", column.name},
                                 {"kind", to_text(column.kind)},
                                 {"missing", column.missing},
                                 {"note", column.note}};
  if (column.kind == ColumnKind::number || column.kind == ColumnKind::target) {
    json["least"] = column.least;
    json["most"] = column.most;
  }
  if (!column.values.empty()) json["values"] = column.values;
  return json;
}

nlohmann::ordered_json to_json(const DataSummary& summary) {
  auto splits = nlohmann::ordered_json::object();
  for (const SplitSize& split : summary.splits) splits[split.name] = split.examples;
  auto classes = nlohmann::ordered_json::array();
  for (const ClassSize& each : summary.classes)
    classes.push_back({{"label", each.label}, {"name", each.name}, {"examples", each.examples}});
  auto columns = nlohmann::ordered_json::array();
  for (const ColumnReport& column : summary.columns) columns.push_back(to_json(column));
  nlohmann::ordered_json json = {{"data", summary.data},   {"examples", summary.examples},
                                 {"shape", summary.shape}, {"splits", splits},
                                 {"classes", classes},     {"columns", columns},
                                 {"notes", summary.notes}, {"trainable", summary.fault.empty()}};
  if (!summary.fault.empty()) json["fault"] = summary.fault;
  if (summary.pixels)
    json["pixels"] = {{"least", summary.pixels->least},
                      {"most", summary.pixels->most},
                      {"mean", summary.pixels->mean}};
  return json;
}

// ---- For people

std::string splits_text(const DataSummary& summary) {
  std::vector<std::string> parts;
  for (const SplitSize& split : summary.splits)
    parts.push_back(fmt::format("{} {}", split.name, thousands(split.examples)));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string classes_text(const DataSummary& summary) {
  constexpr std::size_t most = 20;
  std::vector<std::string> parts;
  for (const ClassSize& each : summary.classes)
    if (parts.size() < most) parts.push_back(fmt::format("{} ({})", each.name, each.examples));
  return fmt::format("{}: {}{}", summary.classes.size(), fmt::join(parts, ", "),
                     summary.classes.size() > most ? ", …" : "");
}

std::string shape_text(const DataSummary& summary) {
  return fmt::format("{}", fmt::join(summary.shape, " × "));
}

std::string pixels_text(const PixelRange& pixels) {
  return fmt::format("from {} to {} of 255, mean {:.1f}", pixels.least, pixels.most, pixels.mean);
}

/// Facts of one line each: name, value.
std::vector<std::pair<std::string, std::string>> facts(const DataSummary& summary) {
  std::vector<std::pair<std::string, std::string>> lines = {
      {"examples", thousands(summary.examples)}};
  if (!summary.shape.empty()) lines.emplace_back("shape", shape_text(summary));
  if (!summary.splits.empty()) lines.emplace_back("splits", splits_text(summary));
  if (!summary.classes.empty()) lines.emplace_back("classes", classes_text(summary));
  if (summary.pixels) lines.emplace_back("pixels", pixels_text(*summary.pixels));
  return lines;
}

/// Its kind, then its range or values, then how many rows lack a value.
std::array<std::string, 3> cells_of(const ColumnReport& column) {
  std::string text = to_text(column);
  const std::string kind = to_text(column.kind);
  if (const std::size_t end = text.find(", missing in"); end != std::string::npos) text.resize(end);
  const std::size_t start = text.find_first_not_of(" :", kind.size());
  return {kind, start == std::string::npos ? "" : text.substr(start),
          column.missing == 0 ? "" : std::to_string(column.missing)};
}

std::string to_text(const DataSummary& summary) {
  std::string text = summary.data;
  for (const auto& [name, value] : facts(summary)) text += fmt::format("\n{:<10} {}", name, value);
  if (!summary.columns.empty()) {
    std::size_t width = 6;
    for (const ColumnReport& column : summary.columns)
      width = std::max(width, std::min<std::size_t>(shown(column.name).size(), 30));
    text += fmt::format("\n\n{:<{}}  {:<9} {:>8}  {}", "column", width, "kind", "missing",
                        "range or values");
    for (const ColumnReport& column : summary.columns) {
      const auto [kind, range, missing] = cells_of(column);
      text +=
          fmt::format("\n{:<{}}  {:<9} {:>8}  {}", shown(column.name), width, kind, missing, range);
    }
  }
  for (const std::string& note : summary.notes) text += "\n\nnote: " + note;
  if (!summary.fault.empty()) text += "\n\nit cannot be trained on as it is: " + summary.fault;
  return text;
}

// ---- As a page

ReportFigure columns_figure(const DataSummary& summary) {
  ReportTable table{{"Column", "Kind", "Range or values", "Missing"}};
  for (const ColumnReport& column : summary.columns) {
    const auto [kind, range, missing] = cells_of(column);
    table.rows.push_back({column.name, kind, range, missing});
  }
  return {
      "What each column is taken for.",
      "Numbers are squashed into 0 to 1 around their median; each value of a category becomes a "
      "number of its own.",
      std::move(table), "Columns"};
}

ReportFigure classes_figure(const DataSummary& summary) {
  ReportTable table{{"Class", "Examples", "Share"}};
  for (const ClassSize& each : summary.classes)
    table.rows.push_back({each.name, thousands(each.examples),
                          fmt::format("{:.1f} %", 100.0 * static_cast<double>(each.examples) /
                                                      static_cast<double>(std::max<std::size_t>(
                                                          1, summary.examples)))});
  return {"Classes.", "How many examples there are of each.", std::move(table), "Classes"};
}

ReportFigure first_examples(const DataSummary& summary, const Dataset& data) {
  const std::size_t scale = readable_scale(data.example_shape());
  const std::size_t columns = fitting_columns(data.example_shape(), scale);
  const std::size_t count = std::min(data.size(), 6 * columns);
  Tensor rows;
  data.read_rows(0, count, rows);
  const Picture sheet = draw_sheet(rows, data.example_shape(), std::min(columns, count), scale, 4);
  return {"The first examples.",
          fmt::format("{} of the {} of the split '{}'.", count, thousands(data.size()),
                      summary.splits.front().name),
          ReportImage{to_png(sheet)}, "Examples"};
}

ReportFigure overview_figure(const DataSummary& summary) {
  ReportTable table{{"", ""}};
  for (const auto& [name, value] : facts(summary))
    if (name != "classes") table.rows.push_back({name, value});
  return {"What there is.", "All splits together.", std::move(table), "Overview"};
}

Report report_of(const DataSummary& summary) {
  Report report;
  report.kind = "Hourglass data";
  report.title = summary.data;
  report.summary = "What a model that is trained on this would see.";
  report.warnings = summary.notes;
  if (!summary.fault.empty())
    report.warnings.push_back("It cannot be trained on as it is: " + summary.fault);
  report.figures.push_back(overview_figure(summary));
  if (summary.first && is_picture(summary.first->example_shape()))
    report.figures.push_back(first_examples(summary, *summary.first));
  if (!summary.classes.empty()) report.figures.push_back(classes_figure(summary));
  if (!summary.columns.empty()) report.figures.push_back(columns_figure(summary));
  return report;
}

void inspect_data(const Options& options) {
  options.apply();
  const DataSummary summary = summarize_data(parse_description(options.data));
  std::string text = to_text(summary);
  if (!options.out.empty()) {
    write_atomically(options.out, to_html(report_of(summary)));
    text += "\n\npage: " + options.out;
  }
  options.print(text);
  options.write_json(to_json(summary));
}

}  // namespace

void add_inspect_data_command(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "inspect-data", "shows what a description of data reads, before a model is trained on it");
  command->add_option("data", options->data, "such as mnist, csv:FILE?label=COLUMN, images:DIR")
      ->required()
      ->type_name("DATA");
  options->add_output(*command, "--out", options->out,
                      "a web page with the first examples as pictures", ".html");
  options->add_to(*command, "hourglass inspect-data 'csv:my.csv?label=Class' --out data.html");
  command->callback([options] { inspect_data(*options); });
}

}}  // namespace hourglass
