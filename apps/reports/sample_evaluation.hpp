#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "apps/evaluation/evaluation_set.hpp"
#include "hourglass/models/applications/generation.hpp"
#include "hourglass/models/trained/model_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// How near examples come to a test set, in the features of a classifier (sample_quality.hpp).
struct SampleQuality {
  double frechet_distance = 0, precision = 0, recall = 0;
};

/// The quality of new examples, and beside it that of as many real training examples.
struct SampleEvaluation {
  SampleQuality samples, training;
  std::optional<double> class_accuracy;  ///< of new examples whose class is known
  MeasuredOn measured_on;                ///< the set that both are compared with
};

/// Evaluates samples by a classifier that has nothing to do with the model: both they and training
/// examples are compared with the test set in the space of the classifier's penultimate layer. A
/// classifier that has learnt from the training examples is surer of them than of any others, so
/// that samples may well come nearer to the test set than they do. `run` is a stacked model with
/// fine_tune=labels; throws ConfigError for any other.
SampleEvaluation evaluate_samples(const std::string& run, const TrainedModel& trained,
                                  const Samples& samples);

/// {frechet_distance, real_frechet_distance, precision, …}
nlohmann::ordered_json to_json(const SampleEvaluation& evaluation);
/// The same for a terminal.
std::string to_table(const SampleEvaluation& evaluation);

}}  // namespace hourglass
