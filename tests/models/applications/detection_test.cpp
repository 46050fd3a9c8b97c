#include "hourglass/models/applications/detection.hpp"

#include <gtest/gtest.h>

#include "hourglass/autograd/base/error.hpp"

namespace hourglass::testing { namespace {

/// 0.1, 0.2, … 2.0, of which the last five are anomalies.
struct Example {
  std::vector<double> scores;
  std::vector<bool> anomalous;
  Example() {
    for (int i = 1; i <= 20; ++i) {
      scores.push_back(0.1 * i);
      anomalous.push_back(i > 15);
    }
  }
};

TEST(DetectionMetrics, AreThoseOfTheRankingAndOfItsThreshold) {
  const Example example;
  const std::vector<double> validation = {0.3, 0.5, 0.7, 1.65};
  const DetectionMetrics metrics =
      detection_metrics(example.scores, example.anomalous, validation, 0.3, Rng(1));
  EXPECT_EQ(metrics.threshold, threshold_at(validation, 0.3));
  EXPECT_EQ(metrics.flagged, 4u);  // 1.7 to 2.0
  ASSERT_TRUE(metrics.labelled.has_value());
  EXPECT_EQ(metrics.labelled->roc_auc.value, 1);
  EXPECT_EQ(metrics.labelled->average_precision.value, 1);
  EXPECT_EQ(metrics.labelled->false_alarm_rate.value, 0);
  EXPECT_EQ(metrics.labelled->detection_rate.value, 0.8);
  const ConfidenceInterval interval = rate_interval(4, 5);
  EXPECT_EQ(metrics.labelled->detection_rate.interval.low, interval.low);
  EXPECT_EQ(metrics.labelled->detection_rate.interval.high, interval.high);
}

TEST(DetectionMetrics, GivePrecisionOnlyAtAsManyAsThereAre) {
  const Example example;
  const DetectionMetrics metrics =
      detection_metrics(example.scores, example.anomalous, {1, 2}, 0.5, Rng(1));
  EXPECT_EQ(metrics.labelled->precision_at, (std::map<std::size_t, double>{{10, 0.5}}));
}

TEST(DetectionMetrics, WithoutKnownAnomaliesAreTheThresholdAndWhatIsAboveIt) {
  const Example example;
  const DetectionMetrics metrics = detection_metrics(example.scores, {}, {1, 2}, 0.5, Rng(1));
  EXPECT_FALSE(metrics.labelled.has_value());
  EXPECT_EQ(metrics.threshold, 2);
  EXPECT_EQ(metrics.flagged, 0u);
}

TEST(DetectionMetrics, RefuseAnAbsentValidationSet) {
  const Example example;
  EXPECT_THROW(detection_metrics(example.scores, example.anomalous, {}, 0.5, Rng(1)), ConfigError);
}

}  // namespace
}  // namespace hourglass::testing
