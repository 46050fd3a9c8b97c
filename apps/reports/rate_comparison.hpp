#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "apps/evaluation/evaluation_set.hpp"
#include "hourglass/models/applications/compression/code_tables.hpp"
#include "hourglass/models/applications/compression/rate_distortion.hpp"
#include "hourglass/models/applications/compression/source_file.hpp"
#include "hourglass/models/trained/model_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A model's lossy code beside PCA's and JPEG, over their qualities: rate_distortion.hpp.
struct RateComparison {
  std::vector<std::vector<RatePoint>> curves;  ///< one for each coder, the model's first
  MeasuredOn measured_on;
};

/// [{coder, quality, bits_per_pixel, mse, psnr}]
nlohmann::ordered_json to_json(const RateComparison& comparison);
/// Decibels at some rates, for a terminal.
std::string to_table(const RateComparison& comparison);
/// Decibels against bits per pixel, as an SVG file.
std::string draw_curves(const RateComparison& comparison);

/// Compares the coders on the first 2,000 examples of `source`, or on more if they are small, up
/// to a million numbers. PCA and its tables are fitted to what the model was trained on. Throws
/// ConfigError if there is no example.
RateComparison compare_rates(const TrainedModel& trained, const CodeTables& tables,
                             const SourceFile& source, const std::string& source_name);

}}  // namespace hourglass
