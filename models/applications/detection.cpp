#include "hourglass/models/applications/detection.hpp"

#include <algorithm>
#include <cmath>

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// A rate that was measured on this many examples, with its interval.
IntervalEstimate estimate_rate(double rate, std::size_t examples) {
  const auto hits = static_cast<std::size_t>(std::lround(rate * static_cast<double>(examples)));
  return {rate, rate_interval(hits, examples)};
}

DetectionMetrics::Labelled labelled_metrics(const LabeledScores& examples, double threshold,
                                            const Rng& rng) {
  const std::size_t anomalies = examples.anomalies();
  const Rates rates = rates_above(examples, threshold);
  const Intervals intervals = bootstrap(examples, rng);
  DetectionMetrics::Labelled metrics{
      .roc_auc = {roc_auc(examples), intervals.roc_auc},
      .average_precision = {average_precision(examples), intervals.average_precision},
      .false_alarm_rate = estimate_rate(rates.false_alarms, examples.size() - anomalies),
      .detection_rate = estimate_rate(rates.detected, anomalies)};
  for (std::size_t k : {10, 100})
    if (k <= examples.size()) metrics.precision_at[k] = precision_at(examples, k);
  return metrics;
}

}  // namespace

DetectionMetrics detection_metrics(const std::vector<double>& scores,
                                   const std::vector<bool>& anomalous,
                                   const std::vector<double>& validation_scores, double reject,
                                   Rng rng) {
  DetectionMetrics metrics;
  metrics.threshold = threshold_at(validation_scores, reject);
  metrics.flagged = static_cast<std::size_t>(std::count_if(
      scores.begin(), scores.end(), [&](double score) { return score > metrics.threshold; }));
  if (!anomalous.empty())
    metrics.labelled = labelled_metrics({scores, anomalous}, metrics.threshold, rng);
  return metrics;
}

}}  // namespace hourglass
