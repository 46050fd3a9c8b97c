#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "apps/evaluation/evaluation_set.hpp"
#include "hourglass/models/applications/compression/code_tables.hpp"
#include "hourglass/models/applications/compression/source_file.hpp"
#include "hourglass/models/trained/model_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A model's lossy code beside PCA's and JPEG, over their qualities: rate_distortion.hpp.
struct RateComparison {
  nlohmann::ordered_json points;  ///< [{coder, quality, bits_per_pixel, mse, psnr}]
  std::string table;              ///< decibels at some rates, for people
  std::string drawing;            ///< an SVG file
  MeasuredOn measured_on;
};

/// Of the first 2,000 examples of `source`, or where they are small of those that have a million
/// numbers; there must be one at least: ConfigError. PCA
/// and its tables are fitted to what the model was trained on.
RateComparison compare_rates(const TrainedModel& trained, const CodeTables& tables,
                             const SourceFile& source, const std::string& source_name);

}}  // namespace hourglass
