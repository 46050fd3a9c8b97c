#include "hourglass/models/statistics/ranking.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <tuple>

#include "tests/support/messages.hpp"

namespace hourglass::testing { namespace {

/// Scores of a few levels, so that there are ties; anomalies a little higher.
LabeledScores some_scores(std::size_t count, std::uint32_t levels, std::uint64_t seed) {
  Rng rng(seed);
  LabeledScores judged;
  for (std::size_t i = 0; i < count; ++i) {
    const bool anomalous = rng.below(4) == 0;
    judged.scores.push_back(0.25 * (rng.below(levels) + (anomalous ? levels / 3 : 0)) - 2);
    judged.anomalous.push_back(anomalous);
  }
  return judged;
}

/// The definition: the share of pairs in which the anomaly is higher, ties one half.
double auc_by_pairs(const LabeledScores& judged) {
  double sum = 0, pairs = 0;
  for (std::size_t a = 0; a < judged.size(); ++a)
    for (std::size_t n = 0; n < judged.size(); ++n) {
      if (!judged.anomalous[a] || judged.anomalous[n]) continue;
      ++pairs;
      if (judged.scores[a] > judged.scores[n]) sum += 1;
      if (judged.scores[a] == judged.scores[n]) sum += 0.5;
    }
  return sum / pairs;
}

double area_under(const std::vector<CurvePoint>& curve) {
  double area = 0;
  for (std::size_t i = 1; i < curve.size(); ++i)
    area += (curve[i].x - curve[i - 1].x) * (curve[i].y + curve[i - 1].y) / 2;
  return area;
}

TEST(Ranking, RocAucIsTheShareOfPairsInOrder) {
  for (std::uint32_t levels : {2, 7, 100, 1000000})
    for (std::uint64_t seed : {1, 2, 3}) {
      const LabeledScores judged = some_scores(300, levels, seed);
      EXPECT_NEAR(roc_auc(judged), auc_by_pairs(judged), 1e-12) << levels << " levels";
      EXPECT_NEAR(roc_auc(judged), area_under(roc_curve(judged)), 1e-12) << levels << " levels";
    }
}

TEST(Ranking, RocAucOfPerfectReversedAndEqualScores) {
  EXPECT_EQ(roc_auc({{1, 2, 3, 4}, {false, false, true, true}}), 1);
  EXPECT_EQ(roc_auc({{1, 2, 3, 4}, {true, true, false, false}}), 0);
  EXPECT_EQ(roc_auc({{5, 5, 5}, {true, false, false}}), 0.5);
}

TEST(Ranking, AveragePrecisionAsByHand) {
  // From the top: anomaly, normal, anomaly, anomaly: precisions 1/1, 2/3, 3/4 at each third of
  // recall.
  const LabeledScores judged{{4, 3, 2, 1, 0}, {true, false, true, true, false}};
  EXPECT_NEAR(average_precision(judged), (1.0 + 2.0 / 3 + 3.0 / 4) / 3, 1e-12);
  // All tie: one threshold, precision 3/5.
  EXPECT_NEAR(average_precision({{1, 1, 1, 1, 1}, judged.anomalous}), 0.6, 1e-12);
  const std::vector<CurvePoint> curve = precision_recall_curve(judged);
  EXPECT_NEAR(curve[2].x, 2.0 / 3, 1e-12);
  EXPECT_NEAR(curve[2].y, 2.0 / 3, 1e-12);
}

TEST(Ranking, PrecisionAtKCountsTiesAsTheAverageDraw) {
  const LabeledScores judged{{4, 3, 2, 1}, {true, false, true, false}};
  EXPECT_EQ(precision_at(judged, 1), 1);
  EXPECT_EQ(precision_at(judged, 2), 0.5);
  EXPECT_EQ(precision_at(judged, 100), 0.5);  // all of them
  EXPECT_NEAR(precision_at({{2, 1, 1, 1}, {true, true, false, false}}, 2), (1 + 1.0 / 3) / 2,
              1e-12);
}

TEST(Ranking, RatesCountWhatIsAboveTheThreshold) {
  const LabeledScores judged{{4, 3, 2, 1, 0}, {true, false, true, false, false}};
  const Rates rates = rates_above(judged, 2);
  EXPECT_NEAR(rates.false_alarms, 1.0 / 3, 1e-12);
  EXPECT_NEAR(rates.detected, 0.5, 1e-12);  // 2 is not above 2
}

std::vector<double> drawn(std::size_t count, Rng rng) {
  std::vector<double> scores;
  for (std::size_t i = 0; i < count; ++i) scores.push_back(rng.uniform());
  return scores;
}

TEST(Threshold, HasTheWantedFalseAlarmRateOnNewNormalExamples) {
  Rng rng(4);
  for (double rate : {0.01, 0.05, 0.2}) {
    double above = 0;  // of a uniform score the chance of being above t is 1 - t
    for (std::uint64_t i = 0; i < 2000; ++i)
      above += 1 - threshold_at(drawn(199, rng.fork(i)), rate);
    EXPECT_NEAR(above / 2000, rate, 0.04 * rate) << rate;
  }
}

TEST(Threshold, OfTooFewExamplesForTheRateIsTheHighest) {
  EXPECT_EQ(threshold_at({1, 5, 3}, 0.01), 5);
  EXPECT_EQ(threshold_at({1, 5, 3}, 0), 5);
  EXPECT_EQ(threshold_at({1, 2, 3, 4, 5, 6, 7, 8, 9}, 0.1), 9);
  EXPECT_EQ(threshold_at({1, 2, 3, 4, 5, 6, 7, 8, 9}, 0.2), 8);
  EXPECT_EQ(threshold_at({1, 5, 3}, 1), 1);
}

TEST(RateInterval, IsThatOfClopperAndPearson) {
  const std::vector<std::tuple<std::size_t, std::size_t, double, double>> published = {
      {0, 10, 0, 0.3085}, {10, 10, 0.6915, 1}, {5, 10, 0.1871, 0.8129}, {1, 20, 0.0013, 0.2487}};
  for (const auto& [hits, trials, low, high] : published) {
    const ConfidenceInterval interval = rate_interval(hits, trials);
    EXPECT_NEAR(interval.low, low, 6e-5) << hits << " of " << trials;
    EXPECT_NEAR(interval.high, high, 6e-5) << hits << " of " << trials;
  }
  const ConfidenceInterval many = rate_interval(20'000, 1'000'000);
  EXPECT_NEAR(many.low, 0.02 - 1.96 * 0.00014, 1e-5);
  EXPECT_NEAR(many.high, 0.02 + 1.96 * 0.00014, 1e-5);
}

TEST(Threshold, HasItsTrueRateInTheExpectedIntervalNineteenTimesInTwenty) {
  Rng rng(3);
  std::size_t inside = 0;
  const ConfidenceInterval expected = expected_false_alarms(150, 0.04);
  for (int draw = 0; draw < 4000; ++draw) {
    std::vector<double> scores;  // uniform: the share above a threshold is 1 less it
    for (int i = 0; i < 150; ++i) scores.push_back((rng.below(1u << 30) + 0.5) / (1u << 30));
    const double rate = 1 - threshold_at(scores, 0.04);
    inside += expected.low <= rate && rate <= expected.high;
  }
  EXPECT_NEAR(inside / 4000.0, 0.95, 0.015);
}

TEST(Ranking, TheBootstrapsIntervalHoldsTheFigureAndNarrowsWithMoreExamples) {
  const LabeledScores few = some_scores(100, 20, 5), many = some_scores(2000, 20, 5);
  const ConfidenceInterval wide = bootstrap(few, Rng(1)).roc_auc,
                           narrow = bootstrap(many, Rng(1)).roc_auc;
  EXPECT_TRUE(wide.low < roc_auc(few) && roc_auc(few) < wide.high);
  EXPECT_TRUE(narrow.low < roc_auc(many) && roc_auc(many) < narrow.high);
  EXPECT_LT(narrow.high - narrow.low, 0.4 * (wide.high - wide.low));
  const ConfidenceInterval precision = bootstrap(few, Rng(1)).average_precision;
  EXPECT_TRUE(precision.low < average_precision(few) && average_precision(few) < precision.high);
  const ConfidenceInterval again = bootstrap(few, Rng(1)).roc_auc;
  EXPECT_EQ(again.low, wide.low);
  EXPECT_EQ(again.high, wide.high);
}

TEST(Ranking, RefusesWhatHasNoFigure) {
  EXPECT_TRUE(contains(message_of<ConfigError>([] { roc_auc({{1, 2}, {false, false}}); }),
                       "0 of 2 examples are anomalies"));
  EXPECT_TRUE(contains(message_of<ConfigError>([] { average_precision({{1, 2}, {true}}); }),
                       "2 scores, but 1 examples"));
  EXPECT_TRUE(contains(message_of<ConfigError>([] { roc_auc({{1, std::nan("")}, {false, true}}); }),
                       "is nan"));
  EXPECT_TRUE(contains(message_of<ConfigError>([] { precision_at({{1, 2}, {true, false}}, 0); }),
                       "precision at 0"));
  EXPECT_TRUE(contains(message_of<ConfigError>([] { threshold_at({}, 0.1); }), "no normal"));
  EXPECT_TRUE(contains(message_of<ConfigError>([] { threshold_at({1}, 1.5); }), "not 1.5"));
}

}  // namespace
}  // namespace hourglass::testing
