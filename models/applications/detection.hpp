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

/// The metrics of one score, such as those of anomaly.hpp, as a detector of anomalies.
struct DetectionMetrics {
  /// Metrics that require knowing which examples are anomalies.
  struct Labelled {
    IntervalEstimate roc_auc, average_precision;  ///< with bootstrap intervals
    /// The fraction of anomalies among the k highest scores, for k = 10 and 100 (if there are k).
    std::map<std::size_t, double> precision_at = {};
    /// The fractions of normal examples and of anomalies above the threshold, with intervals from
    /// the binomial distribution.
    IntervalEstimate false_alarm_rate, detection_rate;
  };

  double threshold = 0;     ///< examples above it are called anomalies: threshold_at
  std::size_t flagged = 0;  ///< how many examples are above it
  std::optional<Labelled> labelled = {};
};

/// The metrics of a score, given its value for each example. `anomalous` says which of the examples
/// are anomalies, and is empty if that is unknown. The threshold is chosen on the scores of normal
/// validation examples only, so that it flags at most a fraction `reject` of new normal examples;
/// `rng` draws the bootstrap samples. Throws ConfigError as ranking.hpp does: for no validation
/// examples, a `reject` outside 0..1, or examples that are all anomalies or all normal.
DetectionMetrics detection_metrics(const std::vector<double>& scores,
                                   const std::vector<bool>& anomalous,
                                   const std::vector<double>& validation_scores, double reject,
                                   Rng rng);

}}  // namespace hourglass
