#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apps/evaluation/evaluation_set.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What `detect` is asked to score.
struct DetectionDataOptions {
  std::string data;                 ///< what to score; empty: the run's own test set, all labels
  std::vector<std::string> normal;  ///< labels; none: those that the run was trained on
  bool held_out = false;            ///< score what the run held out, in place of its test set
};

/// Examples of one or more datasets, one after the other, to which a model gives scores.
struct ExamplesToScore {
  std::vector<Dataset> parts;
  std::string description;  ///< "on the test set: 10,000 examples of mnist"
  MeasuredOn measured_on;   ///< of the first part

  std::size_t size() const;
  /// Which dataset holds the example at a place among all of them, and its place there.
  struct Location {
    const Dataset& data;
    std::size_t place;
  };
  Location locate(std::size_t place) const;
  /// The examples at these places: (n, F)
  Tensor rows_at(const std::vector<std::size_t>& places) const;
};

/// The examples to score, and normal ones to compare them with.
struct DetectionData {
  std::vector<std::uint8_t> normal;  ///< labels that are normal; none if unknown
  Dataset train, validation;         ///< normal examples
  bool validation_was_held_out;      ///< or else `validation` is what the model was trained on
  ExamplesToScore scored;

  /// The names of the labels that are normal.
  std::vector<std::string> normal_names() const;
  /// Whether each scored example is an anomaly; empty if unknown, or if all or none of them are.
  std::vector<bool> anomalous() const;
};

/// Loads what a model is to score. Throws ConfigError for options that do not go together, or for
/// normal labels without training examples; DataError if data cannot be read.
DetectionData load_detection_data(const DetectionDataOptions& options, const TrainedModel& trained);

}}  // namespace hourglass
