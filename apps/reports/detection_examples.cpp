#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "apps/reports/descending.hpp"
#include "apps/reports/detection_report.hpp"
#include "hourglass/datasets/table.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "hourglass/models/core/evaluation.hpp"

// Examples in the report of `detect`: their reconstructions, and where these are wrong.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr const char* section = "Examples";

/// Black, red, yellow, white: the colour of glowing iron, 0 cold and 1 hot.
std::array<Scalar, 3> heat(double share) {
  const auto part = [&](double from) {
    return static_cast<Scalar>(std::clamp(3 * share - from, 0.0, 1.0));
  };
  return {part(0), part(1), part(2)};
}

/// |x − x̂| of each pixel, the mean over its channels: (n, H W)
Tensor pixel_errors(const Tensor& rows, const Tensor& rebuilt, const Shape& shape) {
  const std::size_t pixels = shape[1] * shape[2];
  Tensor errors = filled({rows.shape()[0], pixels});
  for (std::size_t i = 0; i < rows.shape()[0]; ++i)
    for (std::size_t k = 0; k < rows.shape()[1]; ++k)
      errors(i, k % pixels) += std::abs(rows(i, k) - rebuilt(i, k)) / static_cast<Scalar>(shape[0]);
  return errors;
}

/// Grey pictures in three channels; coloured ones as they are.
Tensor in_colour(const Tensor& rows, const Shape& shape) {
  if (shape[0] == 3) return rows;
  const std::size_t pixels = shape[1] * shape[2];
  Tensor colours = filled({rows.shape()[0], 3 * pixels});
  for (std::size_t i = 0; i < rows.shape()[0]; ++i)
    for (std::size_t k = 0; k < 3 * pixels; ++k) colours(i, k) = rows(i, k % pixels);
  return colours;
}

Tensor heat_map(const Tensor& errors, double hottest) {
  const std::size_t pixels = errors.shape()[1];
  Tensor colours = filled({errors.shape()[0], 3 * pixels});
  for (std::size_t i = 0; i < errors.shape()[0]; ++i)
    for (std::size_t k = 0; k < pixels; ++k) {
      const auto colour = heat(errors(i, k) / hottest);
      for (std::size_t c = 0; c < 3; ++c) colours(i, c * pixels + k) = colour[c];
    }
  return colours;
}

/// The rows of a group, and their reconstructions.
struct Shown {
  Tensor rows, rebuilt;
};
Shown shown_of(const Detection& detection, Autoencoder& model,
               const std::vector<std::size_t>& places) {
  const Tensor rows = detection.data.scored.rows_at(places);
  return {rows, reconstruct(model, rows)};
}

/// The row of the file that an example is from, and its label if it has one.
std::string name_of(const Detection& detection, std::size_t i) {
  const auto [data, place] = detection.data.scored.locate(i);
  std::string name = fmt::format("row {}", data.row(place));
  if (data.has_labels()) name += "\n" + data.label_name(data.label(place));
  return name;
}

/// A number with four significant digits.
std::string number(double value) {
  std::string text =
      std::abs(value) >= 1000 ? fmt::format("{:.0f}", value) : fmt::format("{:.4g}", value);
  if (text.starts_with('-')) text.replace(0, 1, "−");
  return text;
}

/// Puts the F numbers of an example into words, in the table's own units.
class Columns {
 public:
  explicit Columns(const TableDetails& table)
      : names_(table.feature_names), scale_(TableScale::from_text(table.scale)) {
    for (const ColumnScale& column : scale_.columns)
      for (std::size_t k = 0; k < column.features(); ++k) owners_.push_back(&column);
  }

  /// "mean area: 2,501, expected 880"
  std::string words(std::size_t k, double value, double expected) const {
    const ColumnScale& column = *owners_[k];
    if (!column.values.empty())
      return fmt::format("{}: {}, expected {:.0f} %", names_[k], value > 0.5 ? "yes" : "no",
                         100 * std::clamp(expected, 0.0, 1.0));
    return fmt::format("{}: {}, expected {}", names_[k], number(column.unsquash(value)),
                       number(column.unsquash(expected)));
  }

 private:
  std::vector<std::string> names_;
  TableScale scale_;
  std::vector<const ColumnScale*> owners_;
};

/// The columns with the largest shares of a row's squared error, one per line.
std::string contributions(const Columns& columns, const Shown& shown, std::size_t i) {
  constexpr std::size_t most = 3;
  std::vector<double> errors;
  for (std::size_t k = 0; k < shown.rows.shape()[1]; ++k)
    errors.push_back(std::pow(double(shown.rows(i, k)) - double(shown.rebuilt(i, k)), 2));
  const double sum = std::accumulate(errors.begin(), errors.end(), 0.0);
  const std::vector<std::size_t> order = descending_order(errors);
  std::string text;
  for (std::size_t j = 0; j < std::min(most, order.size()) && sum > 0; ++j) {
    const std::size_t k = order[j];
    text += fmt::format("{}{} ({:.0f} %)", j == 0 ? "" : "\n",
                        columns.words(k, double(shown.rows(i, k)), double(shown.rebuilt(i, k))),
                        100 * errors[k] / sum);
  }
  return text;
}

}  // namespace

std::vector<ReportFigure> picture_groups(const Detection& detection, Autoencoder& model,
                                         const std::vector<ExampleGroup>& groups) {
  const Shape& shape = detection.data.scored.parts[0].example_shape();
  const Shape coloured = {3, shape[1], shape[2]};
  std::vector<Shown> shown;
  std::vector<Tensor> errors;
  double hottest = 1e-6;  // one scale for all, so that they can be compared
  for (const ExampleGroup& group : groups) {
    shown.push_back(shown_of(detection, model, group.places));
    errors.push_back(pixel_errors(shown.back().rows, shown.back().rebuilt, shape));
    for (Scalar error : errors.back()) hottest = std::max(hottest, double(error));
  }
  std::vector<ReportFigure> figures;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (groups[g].places.empty()) continue;
    const Tensor rows = in_colour(shown[g].rows, shape),
                 rebuilt = in_colour(shown[g].rebuilt, shape), map = heat_map(errors[g], hottest);
    figures.push_back(
        {groups[g].title,
         groups[g].caption +
             " Below each is what the model makes of it, and where the two differ: black nowhere, "
             "then red and yellow, white the most.",
         ReportImage{to_png(draw_rows({&rows, &rebuilt, &map}, coloured, readable_scale(shape)))},
         section});
  }
  return figures;
}

std::vector<ReportFigure> table_groups(const Detection& detection, Autoencoder& model,
                                       const std::vector<ExampleGroup>& groups) {
  const Columns columns(detection.data.scored.parts[0].table());
  std::vector<ReportFigure> figures;
  for (const ExampleGroup& group : groups) {
    if (group.places.empty()) continue;
    const Shown shown = shown_of(detection, model, group.places);
    ReportTable table{{"Row", "Score", "What is unlike the rest"}};
    for (std::size_t i = 0; i < group.places.size(); ++i)
      table.rows.push_back({name_of(detection, group.places[i]),
                            number(detection.decision().values[group.places[i]]),
                            contributions(columns, shown, i)});
    figures.push_back({group.title,
                       group.caption +
                           " Beside each are the columns that the model is most wrong about, and "
                           "their share of the squared error: what the row says, and what the "
                           "model expected.",
                       std::move(table), section});
  }
  return figures;
}

std::string extremes_picture(const Detection& detection, Autoencoder& model) {
  const ExamplesToScore& examples = detection.data.scored;
  const Shape& shape = examples.parts[0].example_shape();
  const std::size_t scale = readable_scale(shape);
  const std::vector<std::size_t> order = descending_order(detection.decision().values);
  const auto count =
      static_cast<std::ptrdiff_t>(std::min(fitting_columns(shape, scale), order.size()));
  std::vector<std::size_t> places(order.begin(), order.begin() + count);
  places.insert(places.end(), order.rbegin(), order.rbegin() + count);
  const Shown shown = shown_of(detection, model, places);
  Tensor errors = shown.rows;
  for (std::size_t i = 0; i < errors.size(); ++i)
    errors.data()[i] = std::abs(shown.rows.data()[i] - shown.rebuilt.data()[i]);
  return to_png(draw_rows({&shown.rows, &shown.rebuilt, &errors}, shape, scale));
}

}}  // namespace hourglass
