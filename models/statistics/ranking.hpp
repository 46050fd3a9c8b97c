#pragma once

#include <cstddef>
#include <vector>

#include "hourglass/autograd/base/random.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// How well a score separates anomalies from normal examples. A score is one number for each
// example, higher for a more anomalous one; sorted from the top, anomalies should come first.

/// Scores of examples that are known to be anomalies or not.
struct LabeledScores {
  std::vector<double> scores;
  std::vector<bool> anomalous;

  std::size_t size() const { return scores.size(); }
  std::size_t anomalies() const;
};

/// The probability that an anomaly has a higher score than a normal example, a tie counting one
/// half: the area under the curve of roc_curve. From ranks (Mann & Whitney 1947), mean ranks for
/// ties:   (Σ ranks of the anomalies − A (A + 1) / 2) / (A N)   for A anomalies and N others.
/// This and the other metrics throw ConfigError if there are no anomalies or no normal examples,
/// or if a score is not finite.
double roc_auc(const LabeledScores& scored);

/// Σ over the thresholds, from the highest down, of precision × the recall that this threshold adds
/// (the area under the precision-recall curve, without interpolation). Examples with equal scores
/// pass the threshold together. A random score gets the fraction of anomalies.
double average_precision(const LabeledScores& scored);

/// The fraction of anomalies among the k examples with the highest scores; ties for the last place
/// count as on average over random orders. k is at most the number of examples.
double precision_at(const LabeledScores& scored, std::size_t k);

/// The fractions of normal examples and of anomalies that are above the threshold.
struct Rates {
  double false_alarms = 0, detected = 0;
};
Rates rates_above(const LabeledScores& scored, double threshold);

/// The threshold that at most a fraction `rate` of these normal examples exceeds; examples above it
/// are called anomalies. It is the k-th highest score, k = ⌊rate (N + 1)⌋, so that a new normal
/// example exceeds it with probability at most `rate`, averaged over draws of the N (Vovk et al.
/// 2005, "conformal prediction"); with k = 0, too few examples for so small a rate, the highest.
/// Throws ConfigError without examples, or for a rate outside 0..1.
double threshold_at(std::vector<double> normal_scores, double rate);

struct ConfidenceInterval {
  double low = 0, high = 0;
};

/// The 95 % confidence interval of a probability, given `hits` in `trials`: exact, from the
/// binomial distribution (Clopper & Pearson 1934). 0 to 1 if there are no trials.
ConfidenceInterval rate_interval(std::size_t hits, std::size_t trials);

/// The middle 95 % of the true false-alarm rates of a threshold that threshold_at chose for `rate`
/// on this many normal examples: the fraction above the k-th highest of N is Beta(k, N + 1 − k),
/// whatever the scores. With few examples it is wide.
ConfidenceInterval expected_false_alarms(std::size_t examples, double rate);

/// A point of a curve, one for each threshold: of a ROC curve (false-alarm rate, detection rate),
/// from (0, 0) to (1, 1), or of precision (y) against recall (x).
struct CurvePoint {
  double x = 0, y = 0;
};
std::vector<CurvePoint> roc_curve(const LabeledScores& scored);
std::vector<CurvePoint> precision_recall_curve(const LabeledScores& scored);

/// The middle 95 % of both metrics over `draws` sets of examples, drawn with replacement from the
/// normal ones and from the anomalies (the bootstrap, Efron 1979): how much a metric depends on
/// which examples happened to be in the set.
struct Intervals {
  ConfidenceInterval roc_auc, average_precision;
};
Intervals bootstrap(const LabeledScores& scored, Rng rng, std::size_t draws = 200);

}}  // namespace hourglass
