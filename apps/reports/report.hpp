#pragma once

#include <string>
#include <utility>
#include <vector>

#include "hourglass/drawing/plot.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// One row of the report's table: a figure with its unit, beside the same figure of PCA (principal
/// component analysis) with the same number of components; `baseline` is empty where PCA has none.
/// A second line of either is small.
struct ReportFigure {
  std::string name, value, baseline, unit, meaning;
};

/// A table of words: its first column names the row, and lines of a cell are parted by "\n".
struct ReportTable {
  std::vector<std::string> heads;
  std::vector<std::vector<std::string>> rows = {};
};

/// A picture with its words: a PNG file's bytes, or a drawing (an <svg> element) for a wide and for
/// a narrow screen, or a table.
struct ReportPicture {
  std::string title, caption, png;
  std::string wide = {}, narrow = {};
  std::string section = "Pictures";  ///< the heading under which it stands
  std::string file = {};             ///< the name that the PNG has beside the report
  ReportTable table = {};
};

/// All that a report shows, of a training run or of what a command found.
struct Report {
  std::string title;                  ///< "vanilla on mnist"
  std::string summary;                ///< a sentence or two: what this is and how it went
  std::string objective;              ///< the model's formula, in plain characters
  std::vector<std::string> warnings;  ///< what went wrong, in plain words
  std::vector<ReportFigure> figures;
  std::string curve_unit;          ///< what the loss is measured in
  std::vector<EpochCurve> curves;  ///< training and test loss
  std::vector<ReportPicture> pictures;
  std::vector<std::pair<std::string, std::string>> settings;  ///< name, value
  std::string command;                                        ///< what was run
  std::string kind = "Hourglass training report";
  std::string baseline_note =
      "PCA is principal component analysis with as many components as the model’s code has "
      "numbers: "
      "of all linear models of that size, the one with the least squared error on the training "
      "data.";
};

/// The report as one HTML page that needs nothing beside it: style, plot (SVG) and pictures inside.
std::string to_html(const Report& report);

}}  // namespace hourglass
