#include "apps/reports/features_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "apps/evaluation/figure_text.hpp"
#include "apps/evaluation/words.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "hourglass/drawing/plot.hpp"
#include "hourglass/models/statistics/classification.hpp"
#include "hourglass/nn/training/progress.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

std::string FeatureColumn::text(const std::map<std::string, double>& figures) const {
  const double value = figures.at(figure);
  const auto found = figures.find(figure + "_std");
  const bool spread = found != figures.end();
  if (is_share) return spread ? percent(value, found->second) : percent(value);
  return spread ? fmt::format("{:.4g} ± {:.2g}", value, found->second)
                : fmt::format("{:.4g}", value);
}

namespace {

/// A picture of one channel or three, in three, in a frame of this colour, one pixel wide.
using Colour = std::array<Scalar, 3>;
constexpr Colour same = {0.25f, 0.62f, 0.95f}, other = {0.95f, 0.5f, 0.15f}, plain = {1, 1, 1};

Shape framed_shape(const Shape& shape) {
  return {3, shape[1] + 2, shape[2] + 2};
}

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

/// Two to a line: a judged picture and its neighbours, an empty place, another.
ReportPicture neighbour_picture(const FeaturesPage& page, const Readout& readout) {
  const Shape framed = framed_shape(page.train.example_shape());
  const std::size_t size = framed[0] * framed[1] * framed[2];
  const std::size_t group = 1 + readout.nearest[0].size(), columns = 2 * group + 1;
  const std::size_t lines = (readout.shown.size() + 1) / 2;
  Tensor cells = filled({lines * columns, size});
  std::string wrong;
  for (std::size_t i = 0; i < readout.shown.size(); ++i) {
    Scalar* out = cells.data() + (i / 2 * columns + i % 2 * (group + 1)) * size;
    const std::size_t query = readout.shown[i];
    const std::uint8_t label = page.test.label(query);
    draw_framed(page.test, query, plain, out);
    for (std::uint32_t row : readout.nearest[i])
      draw_framed(page.train, row, page.train.label(row) == label ? same : other, out += size);
  }
  ReportPicture picture{"Judged pictures and the nearest training pictures by code.", "", ""};
  const std::size_t scale = 736 / (columns * (framed[2] + 1)) + 1;
  picture.png = to_png(draw_sheet(cells, framed, columns, scale, 1));
  picture.caption = fmt::format(
      "Framed in white a {}picture, right of it the {} training pictures with the nearest codes: "
      "framed blue where they are of its class, orange where not. The upper half are the first of "
      "those judged; the lower half the first that {} puts into a wrong class.",
      page.measured_on.adjective(), group - 1, readout.name);
  picture.section = "Neighbours";
  return picture;
}

/// The confusion matrix; nothing where there are too many classes to draw.
std::optional<ReportPicture> confusion_picture(const FeaturesPage& page, const Readout& readout) {
  constexpr std::size_t most = 30;
  std::size_t classes = 0;
  for (const Dataset* data : {&page.train, &page.test})
    for (std::uint8_t label : data->labels(0, data->size()))
      classes = std::max<std::size_t>(classes, label + 1u);
  if (classes > most) return {};
  Confusion confusion;
  for (std::size_t k = 0; k < classes; ++k)
    confusion.names.push_back(page.test.label_name(static_cast<std::uint8_t>(k)));
  confusion.counts.assign(classes, std::vector<std::size_t>(classes));
  for (std::size_t i = 0; i < readout.classes.size(); ++i)
    ++confusion.counts[page.test.label(i)][readout.classes[i]];
  ReportPicture picture{"Confusion matrix.", "", ""};
  picture.wide = plot_confusion(confusion);
  picture.narrow = plot_confusion(confusion, narrow_plot);
  picture.caption = fmt::format(
      "How many of each class, in percent, {} takes for which, from the codes of {} labelled "
      "examples{}: blue what is right, orange what is not. In all {} are right.",
      readout.name, thousands(readout.labels_used), page.draws > 1 ? " (the first draw)" : "",
      percent(accuracy_of(readout.classes, page.test.labels(0, page.test.size()))));
  picture.section = "What is taken for what";
  return picture;
}

ReportPicture comparison_table(const FeaturesPage& page, const FeatureComparison& comparison) {
  std::string caption =
      "The same simple learners, given the code, the code of PCA (principal component analysis), "
      "or "
      "what the data says itself.";
  if (page.draws > 1)
    caption += fmt::format(
        " Means ± standard deviations over {} draws of which examples have labels.", page.draws);
  ReportPicture picture{"Learnt from " + counted(comparison.labels_used, "example") + ".", caption,
                        ""};
  picture.section = "Results";
  picture.table.heads = {"Given"};
  for (const FeatureColumn& column : page.columns) picture.table.heads.push_back(column.heading);
  for (const auto& [kind, figures] : comparison.rows) {
    std::vector<std::string> row = {kind};
    for (const FeatureColumn& column : page.columns) row.push_back(column.text(figures));
    picture.table.rows.push_back(std::move(row));
  }
  return picture;
}

/// The readout's accuracy as the table of as many labels has it: of the codes, its first row.
std::string accuracy_in_table(const FeaturesPage& page, const Readout& readout) {
  const auto found = std::find_if(page.comparisons.begin(), page.comparisons.end(),
                                  [&](const FeatureComparison& comparison) {
                                    return comparison.labels_used == readout.labels_used;
                                  });
  const FeatureColumn column{"", "linear_accuracy", true};
  return column.text(found->rows.at(0).figures);
}

std::string summary_of(const FeaturesPage& page) {
  std::string text = fmt::format(
      "What simple learners make of the codes of {}, which learnt them without being told any "
      "class or target. Judged {}.",
      page.model_name, page.measured_on.on_examples());
  if (page.readout)
    text += fmt::format(" From the code alone, {} puts {} of them into their class{}.",
                        page.readout->name, accuracy_in_table(page, *page.readout),
                        page.draws > 1 ? fmt::format(" (mean of {} draws of {} labels)", page.draws,
                                                     thousands(page.readout->labels_used))
                                       : "");
  return text;
}

}  // namespace

std::string features_report(const FeaturesPage& page) {
  Report report;
  report.kind = "Hourglass features report";
  report.title = fmt::format("What codes know of {}", page.test.name());
  report.summary = summary_of(page);
  report.warnings = page.warnings;
  for (const FeatureComparison& comparison : page.comparisons)
    report.pictures.push_back(comparison_table(page, comparison));
  if (page.readout) {
    if (std::optional<ReportPicture> picture = confusion_picture(page, *page.readout))
      report.pictures.push_back(std::move(*picture));
    if (is_picture(page.train.example_shape()))
      report.pictures.push_back(neighbour_picture(page, *page.readout));
  }
  report.command = page.command;
  return to_html(report);
}

}}  // namespace hourglass
