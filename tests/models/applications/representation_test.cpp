#include "hourglass/models/applications/representation.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace hourglass::testing { namespace {

/// Rows whose first number says the class (its sign) and the target (twice the number, plus one).
struct Example {
  Tensor rows;
  std::vector<std::uint8_t> labels;
  std::vector<double> targets;

  Example(std::size_t count, Rng rng) : rows(filled({count, 2})) {
    rng.fill_uniform(rows, -0.2f, 0.2f);
    for (std::size_t i = 0; i < count; ++i) {
      rows(i, 0) += i % 2 ? 1 : -1;
      labels.push_back(static_cast<std::uint8_t>(i % 2));
      targets.push_back(2 * double(rows(i, 0)) + 1);
    }
  }
};

std::vector<std::uint32_t> first(std::size_t count) {
  std::vector<std::uint32_t> rows(count);
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

TEST(Probe, FindsClassesAndTargetsThatTheFeaturesSay) {
  const Example train(60, Rng(1)), test(40, Rng(2));
  const ProbeTask task{train.labels, test.labels, {{"double", "", train.targets, test.targets}}};
  const ProbeMetrics metrics = probe(train.rows, test.rows, task, first(60), 5, Rng(3));
  ASSERT_TRUE(metrics.classification.has_value());
  EXPECT_EQ(metrics.classification->knn_accuracy, 1);
  EXPECT_EQ(metrics.classification->linear_accuracy, 1);
  EXPECT_EQ(metrics.classification->best_accuracy(), 1);
  ASSERT_EQ(metrics.regressions.size(), 1u);
  EXPECT_EQ(metrics.regressions[0].target, "double");
  EXPECT_GT(metrics.regressions[0].r2, 0.99);
}

TEST(Probe, LearnsFromTheChosenRowsAlone) {
  const Example train(60, Rng(1)), test(40, Rng(2));
  ProbeTask task{train.labels, test.labels, {}};
  for (std::size_t i = 30; i < 60; ++i) task.train_labels[i] ^= 1;  // wrong, and not looked at
  EXPECT_EQ(probe(train.rows, test.rows, task, first(30), 5, Rng(3)).classification->knn_accuracy,
            1);
}

TEST(Probe, OfATaskWithoutClassesHasNoAccuracy) {
  const Example train(60, Rng(1)), test(40, Rng(2));
  const ProbeTask task{.targets = {{"double", "", train.targets, test.targets}}};
  EXPECT_FALSE(probe(train.rows, test.rows, task, first(60), 5, Rng(3)).classification.has_value());
}

TEST(SelectRows, TakesThemInTheOrderThatIsAsked) {
  Tensor rows = filled({3, 2});
  for (std::size_t i = 0; i < rows.size(); ++i) rows.data()[i] = static_cast<Scalar>(i);
  const Tensor some = select_rows(rows, {2, 0});
  EXPECT_EQ(some.shape(), (Shape{2, 2}));
  EXPECT_EQ(some(0, 0), 4);
  EXPECT_EQ(some(1, 1), 1);
}

}  // namespace
}  // namespace hourglass::testing
