#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apps/reports/feature_comparison.hpp"
#include "apps/reports/report.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The classes that logistic regression predicts from the codes of the test examples, and the
/// neighbours of some of these examples.
struct Readout {
  std::size_t labels_used;
  std::vector<std::uint8_t> classes;                ///< of each test example, as predicted
  std::vector<std::uint32_t> shown;                 ///< some test examples
  std::vector<std::vector<std::uint32_t>> nearest;  ///< of each example shown, by code
};

/// All that `features` found: its table, its page and its JSON are written from this.
struct FeatureResults {
  std::string model_name;
  std::size_t code_size;
  std::size_t neighbours;  ///< k, of the nearest-neighbour classifier
  std::size_t draws;       ///< of which examples have labels
  FeatureData data;
  std::vector<FeatureComparison> comparisons;  ///< one for each number of labels
};

nlohmann::ordered_json to_json(const FeatureResults& results);

/// The tables for a terminal, under what they were measured on.
std::string to_table(const FeatureResults& results);

/// The report as one self-contained HTML page: the metrics of every kind of features,
/// and of a readout, if there are classes, the confusion matrix, and test pictures beside the
/// nearest training pictures by code. `command` is what was run.
std::string features_report(const FeatureResults& results, const std::optional<Readout>& readout,
                            const std::string& command);

}}  // namespace hourglass
