#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "apps/evaluation/feature_data.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What probes achieve with one kind of features.
struct FeatureResult {
  std::string name;                 ///< for people: "raw pixels"
  std::string json_prefix;          ///< of its fields in the JSON: "pixel_"; none for codes
  std::vector<ProbeMetrics> draws;  ///< one for each draw of which examples have labels
};

/// What was learnt from each kind of features with the same number of labels; codes first.
struct FeatureComparison {
  std::size_t labels_used;
  std::vector<FeatureResult> results;
};

/// A column of the tables that people see.
struct FeatureColumn {
  std::string heading;
  bool is_share;  ///< shown in percent
  std::function<double(const ProbeMetrics&)> metric;

  /// The mean of the metric over the draws, with the standard deviation if there are several.
  std::string text(const FeatureResult& result) const;
};
std::vector<FeatureColumn> columns_of(const ProbeTask& task);
/// The accuracy of logistic regression.
FeatureColumn linear_accuracy_column();

nlohmann::ordered_json to_json(const FeatureComparison& comparison);

/// A heading, and under it a row for each kind of features, for a terminal.
std::string to_table(const FeatureComparison& comparison,
                     const std::vector<FeatureColumn>& columns);

/// Warns where codes tell less about classes than PCA or the data themselves.
std::vector<std::string> warnings_of(const std::vector<FeatureComparison>& comparisons);

}}  // namespace hourglass
