#pragma once

#include <string>
#include <vector>

#include "apps/reports/detection.hpp"
#include "apps/reports/report.hpp"
#include "hourglass/models/core/autoencoder.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The report as one HTML page that needs nothing beside it: the metrics with their confidence
/// intervals, ROC and precision–recall curves, the histogram of scores with the threshold, and the
/// strangest and the most ordinary examples, the misses and the false alarms: pictures over what
/// the model makes of them and a heat map of the differences; rows of tables with the columns that
/// the model is most wrong about. `command` is what was run.
std::string detection_report(const Detection& detection, Autoencoder& model,
                             const std::string& command);

// The parts that show examples.

/// The strangest pictures, then the least strange, as a PNG file: each over what the model makes of
/// it and over where they differ, |x − x̂|, brighter where by more.
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
