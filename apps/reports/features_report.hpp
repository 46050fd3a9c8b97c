#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "apps/evaluation/evaluation_set.hpp"
#include "apps/reports/report.hpp"
#include "hourglass/datasets/dataset.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What was learnt from each kind of features with some number of labels.
struct FeatureComparison {
  std::size_t labels_used;
  struct Row {
    std::string kind;                       ///< "raw pixels"
    std::map<std::string, double> figures;  ///< by their names in the JSON
  };
  std::vector<Row> rows;
};

/// A column of the table that people see.
struct FeatureColumn {
  std::string heading, figure;
  bool is_share;  ///< shown in percent

  /// Its figure, with the standard deviation where there are several draws.
  std::string text(const std::map<std::string, double>& figures) const;
};

/// What classified the codes of the judged examples, and how.
struct Readout {
  std::string name;  ///< "logistic regression"
  std::size_t labels_used;
  std::vector<std::uint8_t> classes;                ///< of each judged example, as it says
  std::vector<std::vector<std::uint32_t>> nearest;  ///< of the examples shown, by code
  std::vector<std::uint32_t> shown;                 ///< these examples
};

/// All that the report of `features` shows.
struct FeaturesPage {
  std::string model_name;
  const Dataset &train, &test;
  MeasuredOn measured_on;  ///< the latter
  std::vector<FeatureColumn> columns;
  std::vector<FeatureComparison> comparisons;
  std::optional<Readout> readout;          ///< where there are classes
  std::string command;                     ///< what was run
  std::size_t draws = 1;                   ///< of which examples have labels
  std::vector<std::string> warnings = {};  ///< where a baseline is better
};

/// The report as one HTML page that needs nothing beside it: the figures of every kind of features,
/// the confusion matrix of the readout, and judged pictures beside the nearest training pictures
/// by code.
std::string features_report(const FeaturesPage& page);

}}  // namespace hourglass
