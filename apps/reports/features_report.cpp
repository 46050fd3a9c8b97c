#include "apps/reports/features_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "apps/evaluation/metric_text.hpp"
#include "apps/evaluation/words.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "hourglass/drawing/plot.hpp"
#include "hourglass/models/statistics/classification.hpp"
#include "hourglass/nn/training/progress.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

nlohmann::ordered_json to_json(const FeatureResults& results) {
  nlohmann::ordered_json json = {{"k", results.neighbours},
                                 {"code_size", results.code_size},
                                 {"examples", results.data.test.size()},
                                 {"measured_on", results.data.measured_on.to_json()},
                                 {"draws", results.draws}};
  std::vector<nlohmann::ordered_json> comparisons;
  comparisons.reserve(results.comparisons.size());
  for (const FeatureComparison& comparison : results.comparisons)
    comparisons.push_back(to_json(comparison));
  json.update(comparisons.front());
  if (comparisons.size() > 1) json["by_labels"] = comparisons;
  json["warnings"] = warnings_of(results.comparisons);
  return json;
}

std::string to_table(const FeatureResults& results) {
  const std::vector<FeatureColumn> columns = columns_of(results.data.task);
  std::string table =
      fmt::format("{}, measured {}", results.model_name, results.data.measured_on.on_examples());
  for (const FeatureComparison& comparison : results.comparisons)
    table += "\n\n" + to_table(comparison, columns);
  if (results.draws > 1)
    table +=
        fmt::format("\n\nmeans ± standard deviations over {} draws of which examples have labels",
                    results.draws);
  return table;
}

namespace {

constexpr const char* readout_name = "logistic regression";

using Colour = std::array<Scalar, 3>;
constexpr Colour same = {0.25f, 0.62f, 0.95f}, other = {0.95f, 0.5f, 0.15f}, plain = {1, 1, 1};

Shape framed_shape(const Shape& shape) {
  return {3, shape[1] + 2, shape[2] + 2};
}

/// Draws a picture of one or three channels, as three, in a frame of this colour one pixel wide.
void draw_framed(const Dataset& data, std::size_t i, const Colour& colour, Scalar* out) {
  const Shape &shape = data.example_shape(), framed = framed_shape(shape);
  std::vector<Scalar> values(data.features());
  data.read_example(i, values.data());
  for (std::size_t c = 0; c < 3; ++c)
    for (std::size_t y = 0; y < framed[1]; ++y)
      for (std::size_t x = 0; x < framed[2]; ++x) {
        const bool inside = y > 0 && x > 0 && y < framed[1] - 1 && x < framed[2] - 1;
        const std::size_t channel = shape[0] == 3 ? c : 0;
        *out++ = inside ? values[(channel * shape[1] + y - 1) * shape[2] + x - 1] : colour[c];
      }
}

/// Two per line: a test picture and its neighbours, an empty place, another.
ReportFigure neighbour_figure(const FeatureData& data, const Readout& readout) {
  const Shape framed = framed_shape(data.train.example_shape());
  const std::size_t size = element_count(framed);
  const std::size_t group = 1 + readout.nearest[0].size(), columns = 2 * group + 1;
  const std::size_t lines = (readout.shown.size() + 1) / 2;
  Tensor cells = filled({lines * columns, size});
  for (std::size_t i = 0; i < readout.shown.size(); ++i) {
    Scalar* out = cells.data() + (i / 2 * columns + i % 2 * (group + 1)) * size;
    const std::size_t query = readout.shown[i];
    const std::uint8_t label = data.test.label(query);
    draw_framed(data.test, query, plain, out);
    for (std::uint32_t row : readout.nearest[i])
      draw_framed(data.train, row, data.train.label(row) == label ? same : other, out += size);
  }
  const std::size_t scale = 736 / (columns * (framed[2] + 1)) + 1;
  return {"Pictures and the nearest training pictures by code.",
          fmt::format("Framed in white a {}picture, to its right the {} training pictures with the "
                      "nearest codes: framed in blue where they are of its class, in orange where "
                      "they are not. The upper half are the first examples of the set; the lower "
                      "half are the first that {} puts into a wrong class.",
                      data.measured_on.adjective(), group - 1, readout_name),
          ReportImage{to_png(draw_sheet(cells, framed, columns, scale, 1))}, "Neighbours"};
}

std::size_t class_count(const FeatureData& data) {
  std::size_t classes = 0;
  for (const Dataset* part : {&data.train, &data.test})
    for (std::uint8_t label : part->labels(0, part->size()))
      classes = std::max<std::size_t>(classes, label + 1u);
  return classes;
}

Confusion confusion_of(const Dataset& test, const std::vector<std::uint8_t>& predicted,
                       std::size_t classes) {
  Confusion confusion;
  confusion.names.reserve(classes);
  for (std::size_t k = 0; k < classes; ++k)
    confusion.names.push_back(test.label_name(static_cast<std::uint8_t>(k)));
  confusion.counts.assign(classes, std::vector<std::size_t>(classes));
  for (std::size_t i = 0; i < predicted.size(); ++i)
    ++confusion.counts[test.label(i)][predicted[i]];
  return confusion;
}

/// The confusion matrix; nothing if there are too many classes to draw.
std::optional<ReportFigure> confusion_figure(const FeatureResults& results,
                                             const Readout& readout) {
  constexpr std::size_t most = 30;
  const Dataset& test = results.data.test;
  const std::size_t classes = class_count(results.data);
  if (classes > most) return {};
  const Confusion confusion = confusion_of(test, readout.classes, classes);
  return ReportFigure{
      "Confusion matrix.",
      fmt::format("How many of each class, in percent, {} takes for which, from the codes of {} "
                  "labelled examples{}: right in blue, wrong in orange. In all, {} are right.",
                  readout_name, thousands(readout.labels_used),
                  results.draws > 1 ? " (the first draw)" : "",
                  percent(accuracy_of(readout.classes, test.labels(0, test.size())))),
      draw_for_screens([&](const PlotSize& size) { return plot_confusion(confusion, size); },
                       {.width = 600}),
      "What is taken for what"};
}

ReportFigure comparison_figure(const FeatureResults& results, const FeatureComparison& comparison) {
  std::string caption =
      "The same simple learners, given the code, the code of PCA (principal component analysis), "
      "or what the data says itself.";
  if (results.draws > 1)
    caption += fmt::format(
        " Means ± standard deviations over {} draws of which examples have labels.", results.draws);
  const std::vector<FeatureColumn> columns = columns_of(results.data.task);
  ReportTable table{{"Given"}};
  for (const FeatureColumn& column : columns) table.heads.push_back(column.heading);
  for (const FeatureResult& result : comparison.results) {
    std::vector<std::string> row = {result.name};
    for (const FeatureColumn& column : columns) row.push_back(column.text(result));
    table.rows.push_back(std::move(row));
  }
  return {"Learnt from " + counted(comparison.labels_used, "example") + ".", caption,
          std::move(table), "Results"};
}

/// The readout's accuracy from the table with as many labels: that of the codes, its first row.
std::string accuracy_in_table(const FeatureResults& results, const Readout& readout) {
  const auto found = std::find_if(results.comparisons.begin(), results.comparisons.end(),
                                  [&](const FeatureComparison& comparison) {
                                    return comparison.labels_used == readout.labels_used;
                                  });
  return linear_accuracy_column().text(found->results.at(0));
}

std::string summary_of(const FeatureResults& results, const std::optional<Readout>& readout) {
  std::string text = fmt::format(
      "What simple learners make of the codes of {}, which was told no class or target while it "
      "learnt them. Measured {}.",
      results.model_name, results.data.measured_on.on_examples());
  if (readout)
    text +=
        fmt::format(" From the code alone, {} puts {} of them into their class{}.", readout_name,
                    accuracy_in_table(results, *readout),
                    results.draws > 1 ? fmt::format(" (mean of {} draws of {} labels)",
                                                    results.draws, thousands(readout->labels_used))
                                      : "");
  return text;
}

}  // namespace

std::string features_report(const FeatureResults& results, const std::optional<Readout>& readout,
                            const std::string& command) {
  Report report;
  report.kind = "Hourglass features report";
  report.title = fmt::format("What codes know of {}", results.data.test.name());
  report.summary = summary_of(results, readout);
  report.warnings = warnings_of(results.comparisons);
  for (const FeatureComparison& comparison : results.comparisons)
    report.figures.push_back(comparison_figure(results, comparison));
  if (readout) {
    if (std::optional<ReportFigure> figure = confusion_figure(results, *readout))
      report.figures.push_back(std::move(*figure));
    if (is_picture(results.data.train.example_shape()))
      report.figures.push_back(neighbour_figure(results.data, *readout));
  }
  report.command = command;
  return to_html(report);
}

}}  // namespace hourglass
