#pragma once

#include <string>
#include <vector>

#include "apps/reports/detection.hpp"
#include "apps/reports/report.hpp"
#include "hourglass/models/core/autoencoder.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The report as one self-contained HTML page: the metrics with their confidence
/// intervals, ROC and precision–recall curves, the histogram of scores with the threshold, and the
/// most and the least anomalous examples, the misses and the false alarms: pictures above their
/// reconstructions and a heat map of the differences; rows of tables with the columns that
/// the model reconstructs worst. `command` is what was run.
std::string detection_report(const Detection& detection, Autoencoder& model,
                             const std::string& command);

// The parts that show examples.

/// The most anomalous pictures, then the least, as a PNG file: each above its reconstruction
/// and a map of where they differ, |x − x̂|, brighter for larger differences.
std::string extremes_picture(const Detection& detection, Autoencoder& model);

/// Some examples that belong together, under one heading.
struct ExampleGroup {
  std::string title, caption;
  std::vector<std::size_t> places;  ///< among all that are scored
};
std::vector<ReportFigure> picture_groups(const Detection& detection, Autoencoder& model,
                                         const std::vector<ExampleGroup>& groups);
std::vector<ReportFigure> table_groups(const Detection& detection, Autoencoder& model,
                                       const std::vector<ExampleGroup>& groups);

}}  // namespace hourglass
