#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "hourglass/models/statistics/ranking.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A metric with its 95 % confidence interval.
struct IntervalEstimate {
  double value = 0;
  ConfidenceInterval interval = {};
};

/// How well one score, such as those of anomaly.hpp, finds anomalies.
struct DetectionMetrics {
  /// What can be measured only where it is known which examples are anomalies.
  struct Labelled {
    IntervalEstimate roc_auc, average_precision;  ///< their intervals are the bootstrap's
    /// The share of anomalies among the k highest scores, k = 10 and 100, as far as there are k.
    std::map<std::size_t, double> precision_at = {};
    /// The shares of normal examples and of anomalies that are above the threshold; their intervals
    /// are the binomial distribution's.
    IntervalEstimate false_alarm_rate, detection_rate;
  };

  double threshold = 0;     ///< what is above it is called an anomaly: threshold_at
  std::size_t flagged = 0;  ///< how many examples are above it
  std::optional<Labelled> labelled = {};
};

/// The metrics of a score, given its value for each example. `anomalous` says which of the examples
/// are anomalies, and is empty where nobody knows. The threshold is chosen on the scores of normal
/// validation examples alone, so that it flags at most a share `reject` of new normal examples;
/// `rng` draws the bootstrap's samples. Throws ConfigError as ranking.hpp does: for no validation
/// examples, a `reject` outside 0..1, or examples that all are anomalies, or none of them.
DetectionMetrics detection_metrics(const std::vector<double>& scores,
                                   const std::vector<bool>& anomalous,
                                   const std::vector<double>& validation_scores, double reject,
                                   Rng rng);

}}  // namespace hourglass
