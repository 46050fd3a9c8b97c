#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "hourglass/models/applications/generation.hpp"
#include "hourglass/models/trained/model_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What an independent classifier makes of new examples: their figures, and as a table.
struct Verdict {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  std::string table = {};
};

/// Judges samples beside as many real training examples, both held against the test set in the
/// space of the classifier's last layer but one (sample_quality.hpp). A classifier that has learnt from the
/// training examples is surer of them than of any others, so that samples may well come nearer to
/// the test set than they do. `run` is a stacked model with fine_tune=labels; throws ConfigError
/// for another.
Verdict judge(const std::string& run, const TrainedModel& trained, const Samples& samples);

}}  // namespace hourglass
