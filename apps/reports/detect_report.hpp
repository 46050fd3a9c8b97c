#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "apps/reports/report.hpp"
#include "hourglass/datasets/dataset.hpp"
#include "hourglass/models/core/autoencoder.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What `detect` found, as its report shows it.
struct Detection {
  std::string model_name;
  Autoencoder& model;
  const std::vector<Dataset>& judged;  ///< one after the other
  const std::vector<bool>& anomalous;  ///< of each example; empty where nobody knows
  std::vector<std::string> normal;     ///< the names of the labels that are normal, if known

  std::string score;                       ///< the name of the one that decides
  const std::vector<double>& scores;       ///< its values
  const std::vector<double>& pca_scores;   ///< beside it
  std::size_t pca_components = 0;          ///< of these
  nlohmann::ordered_json figures, pca;     ///< of both: roc_auc, threshold, …
  nlohmann::ordered_json all_scores;       ///< the figures of every score by name
  double reject = 0;                       ///< the wanted rate of false alarms
  std::vector<std::string> warnings = {};  ///< what makes the figures doubtful
  std::string command;                     ///< what was run
  std::string words = {};                  ///< what is judged: "on the test set"
  std::string threshold_note = {};         ///< what the threshold rests on

  std::size_t size() const { return scores.size(); }
};

/// The examples with these places among all that are judged: (n, F)
Tensor examples_at(const std::vector<Dataset>& judged, const std::vector<std::size_t>& places);

/// The report as one HTML page that needs nothing beside it: the figures with their confidence
/// intervals, ROC and precision–recall curves, the histogram of scores with the threshold, and the
/// strangest and the most ordinary examples, the misses and the false alarms: pictures over what
/// the model makes of them and a heat map of the differences; rows of tables with the columns that
/// the model is most wrong about.
std::string detection_report(const Detection& detection);

// The parts that show examples.

/// The strangest pictures, then the least strange, as a PNG file: each over what the model makes of
/// it and over where they differ, |x − x̂|, brighter where by more.
std::string extremes_picture(Autoencoder& model, const std::vector<Dataset>& judged,
                             const std::vector<double>& scores);

/// Some examples that belong together, under one heading.
struct ExampleGroup {
  std::string title, caption;
  std::vector<std::size_t> places;  ///< among all that are judged
};
std::vector<ReportPicture> picture_groups(const Detection& detection,
                                          const std::vector<ExampleGroup>& groups);
std::vector<ReportPicture> table_groups(const Detection& detection,
                                        const std::vector<ExampleGroup>& groups);

}}  // namespace hourglass
