#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apps/evaluation/evaluation_set.hpp"
#include "hourglass/models/applications/representation.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What `features` trains and measures its probes on: classes, if there are labels, and numbers:
/// a table's own target, or what can be measured on a picture.
struct FeatureData {
  Dataset train, test;
  MeasuredOn measured_on;  ///< of `test`
  ProbeTask task;

  /// Which `count` of the training examples keep their labels, drawn by `rng`; if they have
  /// classes, equally many of each.
  std::vector<std::uint32_t> choose(std::size_t count, const Rng& rng) const;
};

/// `description`: other data than the run's own, or empty; `held_out`: measure on what the run held
/// out. Throws ConfigError for options that do not go together, and if no examples are left to
/// measure on; DataError if data cannot be read.
FeatureData load_feature_data(const TrainedModel& trained, const std::string& description,
                              bool held_out);

}}  // namespace hourglass
