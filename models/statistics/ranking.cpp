#include "hourglass/models/statistics/ranking.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/threads.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

std::size_t LabeledScores::anomalies() const {
  return static_cast<std::size_t>(std::count(anomalous.begin(), anomalous.end(), true));
}

namespace {

void check(const LabeledScores& scored) {
  if (scored.scores.size() != scored.anomalous.size())
    throw ConfigError(fmt::format("ranking: {} scores, but {} examples", scored.scores.size(),
                                  scored.anomalous.size()));
  for (std::size_t i = 0; i < scored.size(); ++i)
    if (!std::isfinite(scored.scores[i]))
      throw ConfigError(fmt::format("ranking: the score of example {} is {}", i, scored.scores[i]));
  const std::size_t anomalies = scored.anomalies();
  if (anomalies == 0 || anomalies == scored.size())
    throw ConfigError(fmt::format("ranking: {} of {} examples are anomalies; both kinds are needed",
                                  anomalies, scored.size()));
}

/// Examples with the same score.
struct Tie {
  double score = 0;
  std::size_t normal = 0, anomalous = 0;
};

/// The scores in descending order.
std::vector<Tie> ties_of(const LabeledScores& scored) {
  check(scored);
  std::vector<std::size_t> order(scored.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return scored.scores[a] > scored.scores[b]; });
  std::vector<Tie> ties;
  for (std::size_t i : order) {
    if (ties.empty() || ties.back().score != scored.scores[i]) ties.push_back({scored.scores[i]});
    ++(scored.anomalous[i] ? ties.back().anomalous : ties.back().normal);
  }
  return ties;
}

double ratio(std::size_t part, std::size_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

// Both take ties in descending order of score; some may be empty.

double roc_auc_of(const std::vector<Tie>& ties, const Tie& all) {
  const auto anomalies = static_cast<double>(all.anomalous);
  const auto size = static_cast<double>(all.normal + all.anomalous);
  double ranks = 0, above = 0;  // the highest score has rank `size`
  for (const Tie& tie : ties) {
    const auto count = static_cast<double>(tie.normal + tie.anomalous);
    const double mean_rank = size - above - (count - 1) / 2;
    ranks += mean_rank * static_cast<double>(tie.anomalous);
    above += count;
  }
  return (ranks - anomalies * (anomalies + 1) / 2) / (anomalies * (size - anomalies));
}

double average_precision_of(const std::vector<Tie>& ties, const Tie& all) {
  std::size_t above = 0, found = 0;
  double sum = 0;
  for (const Tie& tie : ties) {
    above += tie.normal + tie.anomalous;
    found += tie.anomalous;
    if (tie.anomalous > 0) sum += ratio(found, above) * ratio(tie.anomalous, all.anomalous);
  }
  return sum;
}

/// How many examples of each kind there are.
Tie all_of(const LabeledScores& scored) {
  const std::size_t anomalies = scored.anomalies();
  return {0, scored.size() - anomalies, anomalies};
}

}  // namespace

double roc_auc(const LabeledScores& scored) {
  return roc_auc_of(ties_of(scored), all_of(scored));
}

double average_precision(const LabeledScores& scored) {
  return average_precision_of(ties_of(scored), all_of(scored));
}

double precision_at(const LabeledScores& scored, std::size_t k) {
  k = std::min(k, scored.size());
  if (k == 0) throw ConfigError("precision at 0: of no examples there is none");
  std::size_t above = 0;
  double found = 0;
  for (const Tie& tie : ties_of(scored)) {
    const std::size_t count = tie.normal + tie.anomalous, taken = std::min(count, k - above);
    found += static_cast<double>(taken) * ratio(tie.anomalous, count);
    above += taken;
    if (above == k) break;
  }
  return found / static_cast<double>(k);
}

Rates rates_above(const LabeledScores& scored, double threshold) {
  check(scored);
  std::size_t alarms = 0, detected = 0;
  for (std::size_t i = 0; i < scored.size(); ++i)
    if (scored.scores[i] > threshold) ++(scored.anomalous[i] ? detected : alarms);
  const std::size_t anomalies = scored.anomalies();
  return {ratio(alarms, scored.size() - anomalies), ratio(detected, anomalies)};
}

namespace {

/// The k of threshold_at, from a little more than rate (N + 1) so that 0.1 × 10 does not become 0.
std::size_t place_of_threshold(std::size_t examples, double rate) {
  const double wanted = rate * static_cast<double>(examples + 1) + 1e-9;
  return std::clamp<std::size_t>(static_cast<std::size_t>(wanted), 1, examples);
}

}  // namespace

double threshold_at(std::vector<double> normal_scores, double rate) {
  if (normal_scores.empty())
    throw ConfigError("threshold: there are no normal examples to choose it on");
  if (!(rate >= 0 && rate <= 1))
    throw ConfigError(fmt::format("threshold: a false-alarm rate is from 0 to 1, not {:g}", rate));
  std::sort(normal_scores.begin(), normal_scores.end(), std::greater<>());
  return normal_scores[place_of_threshold(normal_scores.size(), rate) - 1];
}

namespace {

/// P(X ≥ k) for X ~ Binomial(n, p), summed from k away from the mean.
double binomial_tail(std::size_t n, std::size_t k, double p) {
  if (k == 0) return 1;
  const auto size = static_cast<double>(n);
  const bool upper = static_cast<double>(k) > size * p;
  double i = static_cast<double>(upper ? k : k - 1), sum = 0;
  double term = std::exp(std::lgamma(size + 1) - std::lgamma(i + 1) - std::lgamma(size - i + 1) +
                         i * std::log(p) + (size - i) * std::log1p(-p));
  while (term > 1e-17 * sum) {
    sum += term;
    term *= upper ? (size - i) / (i + 1) * p / (1 - p) : i / (size - i + 1) * (1 - p) / p;
    i += upper ? 1 : -1;
  }
  return upper ? sum : 1 - sum;
}

/// The p at which P(X ≥ k), which rises with p, is `chance`: also a quantile of Beta(k, n + 1 − k).
double chance_at(std::size_t n, std::size_t k, double chance) {
  double low = 0, high = 1;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (binomial_tail(n, k, middle) < chance ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

ConfidenceInterval rate_interval(std::size_t hits, std::size_t trials) {
  return {hits == 0 ? 0 : chance_at(trials, hits, 0.025),
          hits == trials ? 1 : chance_at(trials, hits + 1, 0.975)};
}

ConfidenceInterval expected_false_alarms(std::size_t examples, double rate) {
  const std::size_t k = place_of_threshold(examples, rate);
  return {chance_at(examples, k, 0.025), chance_at(examples, k, 0.975)};
}

std::vector<CurvePoint> roc_curve(const LabeledScores& scored) {
  const std::size_t anomalies = scored.anomalies(), normal = scored.size() - anomalies;
  std::vector<CurvePoint> curve = {{0, 0}};
  std::size_t alarms = 0, detected = 0;
  for (const Tie& tie : ties_of(scored)) {
    alarms += tie.normal;
    detected += tie.anomalous;
    curve.push_back({ratio(alarms, normal), ratio(detected, anomalies)});
  }
  return curve;
}

std::vector<CurvePoint> precision_recall_curve(const LabeledScores& scored) {
  const std::size_t anomalies = scored.anomalies();
  std::vector<CurvePoint> curve;
  std::size_t above = 0, found = 0;
  for (const Tie& tie : ties_of(scored)) {
    above += tie.normal + tie.anomalous;
    found += tie.anomalous;
    curve.push_back({ratio(found, anomalies), ratio(found, above)});
  }
  return curve;
}

namespace {

/// For each kind, the index of the tie that each example is in.
struct Places {
  std::vector<std::uint32_t> normal, anomalous;
};

/// A bootstrap sample: as many of each kind, drawn with replacement; only the ties' counts change.
std::vector<Tie> redrawn(std::vector<Tie> ties, const Places& places, Rng rng) {
  for (Tie& tie : ties) tie.normal = tie.anomalous = 0;
  const auto draw = [&](const std::vector<std::uint32_t>& from) -> Tie& {
    return ties[from[rng.below(static_cast<std::uint32_t>(from.size()))]];
  };
  for (std::size_t i = 0; i < places.normal.size(); ++i) ++draw(places.normal).normal;
  for (std::size_t i = 0; i < places.anomalous.size(); ++i) ++draw(places.anomalous).anomalous;
  return ties;
}

ConfidenceInterval middle_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    return values[static_cast<std::size_t>(
        std::lround(share * static_cast<double>(values.size() - 1)))];
  };
  return {at(0.025), at(0.975)};
}

}  // namespace

Intervals bootstrap(const LabeledScores& scored, Rng rng, std::size_t draws) {
  const std::vector<Tie> ties = ties_of(scored);
  const Tie all = all_of(scored);
  Places places;
  for (std::uint32_t i = 0; i < ties.size(); ++i) {
    places.normal.insert(places.normal.end(), ties[i].normal, i);
    places.anomalous.insert(places.anomalous.end(), ties[i].anomalous, i);
  }
  std::vector<double> areas(draws), precisions(draws);
  run_in_parallel(draws, [&](std::size_t i) {
    const std::vector<Tie> drawn = redrawn(ties, places, rng.fork(i));
    areas[i] = roc_auc_of(drawn, all);
    precisions[i] = average_precision_of(drawn, all);
  });
  return {middle_of(std::move(areas)), middle_of(std::move(precisions))};
}

}}  // namespace hourglass
