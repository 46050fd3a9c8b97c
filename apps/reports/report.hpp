#pragma once

#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "hourglass/drawing/plot.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// One row of the report's results: a metric with its unit, beside the same metric of PCA (principal
/// component analysis) with the same number of components; `baseline` is empty if PCA has none.
/// A second line of either is printed smaller.
struct ReportMetric {
  std::string name, value, baseline, unit, meaning;
};

/// A PNG file.
struct ReportImage {
  std::string png = {};   ///< its bytes
  std::string file = {};  ///< the name under which a training run keeps it beside the report
};

/// An <svg> element for wide screens and one for narrow screens.
struct ReportDrawing {
  std::string wide, narrow;
};

/// A table of words: its first column names the row, and the lines of a cell end in "\n".
struct ReportTable {
  std::vector<std::string> heads;
  std::vector<std::vector<std::string>> rows = {};
};

/// A figure of the report, with its caption.
struct ReportFigure {
  std::string title, caption;
  std::variant<ReportImage, ReportDrawing, ReportTable> content;
  std::string section = "Pictures";  ///< the heading that it is under
};

/// What `plot` draws, for both kinds of screens.
ReportDrawing draw_for_screens(const std::function<std::string(const PlotSize&)>& plot,
                               const PlotSize& wide, const PlotSize& narrow = narrow_plot);

/// All that a report shows, of a training run or of what a command found.
struct Report {
  std::string title;                  ///< "vanilla on mnist"
  std::string summary;                ///< a sentence or two: what this is and how it went
  std::string objective;              ///< the model's formula, in plain characters
  std::vector<std::string> warnings;  ///< what went wrong, in plain words
  std::vector<ReportMetric> metrics;
  std::string curve_unit;          ///< what the loss is measured in
  std::vector<EpochCurve> curves;  ///< training and test loss
  std::vector<ReportFigure> figures;
  std::vector<std::pair<std::string, std::string>> settings;  ///< name, value
  std::string command;                                        ///< what was run
  std::string kind = "Hourglass training report";
  std::string baseline_note =
      "PCA is principal component analysis with as many components as the model’s code has "
      "numbers, or half the columns where the code is as wide as they are: of all linear models of "
      "that size, the one with the least squared error on the training data.";
};

/// The report as one self-contained HTML page: style, plots (SVG) and pictures inside.
std::string to_html(const Report& report);

}}  // namespace hourglass
