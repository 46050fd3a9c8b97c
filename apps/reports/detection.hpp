#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "apps/evaluation/detection_data.hpp"
#include "hourglass/models/applications/detection.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A score of every example, and how well it finds anomalies.
struct DetectionScore {
  std::string name;            ///< "squared", "PCA-32"
  std::vector<double> values;  ///< one for each example that is scored
  DetectionMetrics metrics;
};

/// The mean squared error of normal validation examples, reconstructed by the model and by PCA.
struct ValidationErrors {
  double model = 0, pca = 0;
};

/// What `detect` found: its table, its page, its CSV file and its JSON are written from this.
struct Detection {
  std::string model_name;
  std::size_t latent;           ///< latent dimensions of the model
  DetectionData data;           ///< what was scored, and what is normal
  std::vector<bool> anomalous;  ///< of each example; empty if unknown
  std::vector<DetectionScore> scores;
  std::size_t deciding;  ///< which of the scores decides
  DetectionScore pca;    ///< the baseline: the squared error of PCA
  std::size_t pca_components;
  double reject;  ///< the false-alarm rate that was asked for
  ValidationErrors validation_errors;

  const DetectionScore& decision() const { return scores[deciding]; }
  bool knows_anomalies() const { return !anomalous.empty(); }
  std::size_t count(bool anomalies) const;
};

/// Where the model is no better than PCA, and what would help.
std::vector<std::string> warnings_of(const Detection& detection);

/// What the threshold is based on, and how close to the wanted rate that can bring it: why a
/// different share of the examples may be flagged than was asked for.
std::string threshold_note(const Detection& detection);

nlohmann::ordered_json to_json(const Detection& detection);

/// A line for each score, for a terminal.
std::string to_table(const Detection& detection);

/// One line for each example: its row in its file, its label if it has one,
/// whether it is flagged, its scores.
std::string to_csv(const Detection& detection);

}}  // namespace hourglass
