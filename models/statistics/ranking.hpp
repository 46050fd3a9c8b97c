#pragma once

#include <cstddef>
#include <vector>

#include "hourglass/autograd/base/random.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// How well a score tells anomalies from normal examples. A score is a number for each example, the
// higher the stranger; whoever sorts by it and looks from the top wants the anomalies first.

/// Scores of examples of which it is known whether they are anomalies.
struct LabeledScores {
  std::vector<double> scores;
  std::vector<bool> anomalous;

  std::size_t size() const { return scores.size(); }
  std::size_t anomalies() const;
};

/// The chance that an anomaly has a higher score than a normal example, a tie counting one half:
/// the area under the curve of roc_curve. By ranks (Mann & Whitney 1947), mean ranks where scores
/// are equal:   (Σ ranks of the anomalies − A (A + 1) / 2) / (A N)   of A anomalies and N others.
/// These and the others throw ConfigError where there are no anomalies, or nothing else, and where
/// a score is no finite number.
double roc_auc(const LabeledScores& scored);

/// Σ over the thresholds, from the highest down, of precision × the recall that this threshold adds
/// (the area under the curve of precision against recall, without interpolation). Examples of equal
/// scores pass the threshold together. Chance gives the share of anomalies.
double average_precision(const LabeledScores& scored);

/// The share of anomalies among the k examples with the highest scores; of those that share the
/// last place as many are counted as the average draw would have. More than there are is all.
double precision_at(const LabeledScores& scored, std::size_t k);

/// The share of normal examples above the threshold, and the share of anomalies.
struct Rates {
  double false_alarms = 0, detected = 0;
};
Rates rates_above(const LabeledScores& scored, double threshold);

/// The score that at most a share `rate` of these normal examples has above it: what is then above
/// it is called an anomaly. It is the k-th highest, k = ⌊rate (N + 1)⌋, so that a new normal
/// example is above with a chance of at most `rate`, averaged over draws of the N (Vovk et al.
/// 2005, "conformal prediction"); with k = 0, too few examples for so small a rate, the highest.
/// Throws ConfigError without examples, or for a rate outside 0..1.
double threshold_at(std::vector<double> normal_scores, double rate);

struct ConfidenceInterval {
  double low = 0, high = 0;
};

/// The 95 % confidence interval of a chance by which `hits` of `trials` examples were met: exact,
/// by the binomial distribution (Clopper & Pearson 1934). 0 to 1 where there are no trials.
ConfidenceInterval rate_interval(std::size_t hits, std::size_t trials);

/// The middle 95 % of the false-alarm rates that a threshold may turn out to have which
/// threshold_at chose for `rate` on so many normal examples: the share above the k-th highest of N
/// is Beta(k, N + 1 − k), whatever the scores. Few examples leave it wide.
ConfidenceInterval expected_false_alarms(std::size_t examples, double rate);

/// One point for each threshold: of a ROC curve (false-alarm rate, detection rate), from (0, 0) to
/// (1, 1), or of precision (y) against recall (x).
struct CurvePoint {
  double x = 0, y = 0;
};
std::vector<CurvePoint> roc_curve(const LabeledScores& scored);
std::vector<CurvePoint> precision_recall_curve(const LabeledScores& scored);

/// The middle 95 % of both figures over `draws` sets of examples, drawn with replacement from the
/// normal ones and from the anomalies (the bootstrap, Efron 1979): how far a figure depends on
/// which examples happened to be scored.
struct Intervals {
  ConfidenceInterval roc_auc, average_precision;
};
Intervals bootstrap(const LabeledScores& scored, Rng rng, std::size_t draws = 200);

}}  // namespace hourglass
