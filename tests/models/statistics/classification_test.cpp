#include "hourglass/models/statistics/classification.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/datasets/catalog/catalog.hpp"
#include "hourglass/models/statistics/pca.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

/// Rows around a centre of their class, `spread` wide.
LabeledRows clouds(std::size_t count, std::size_t columns, Scalar spread, std::uint64_t seed) {
  Rng centres(7), rng(seed);
  Tensor centre = filled({3, columns});
  centres.fill_normal(centre, 0, 1);
  LabeledRows made{filled({count, columns}), {}};
  rng.fill_normal(made.rows, 0, spread);
  for (std::size_t i = 0; i < count; ++i) {
    made.labels.push_back(static_cast<std::uint8_t>(i % 3));
    for (std::size_t j = 0; j < columns; ++j) made.rows(i, j) += centre(i % 3, j);
  }
  return made;
}

/// The same by plain loops: all distances in double, sorted, the first k vote.
double plain_knn(const LabeledRows& train, const LabeledRows& test, std::size_t k) {
  std::size_t correct = 0;
  for (std::size_t q = 0; q < test.size(); ++q) {
    std::vector<std::pair<double, std::uint8_t>> distances;
    for (std::size_t i = 0; i < train.size(); ++i) {
      double squares = 0;
      for (std::size_t j = 0; j < train.rows.shape()[1]; ++j) {
        const double difference = double(test.rows(q, j)) - train.rows(i, j);
        squares += difference * difference;
      }
      distances.emplace_back(squares, train.labels[i]);
    }
    std::sort(distances.begin(), distances.end());
    std::map<std::uint8_t, int> votes;
    for (std::size_t n = 0; n < std::min(k, distances.size()); ++n) ++votes[distances[n].second];
    const auto best =
        std::max_element(votes.begin(), votes.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    correct += best->first == test.labels[q];
  }
  return double(correct) / double(test.size());
}

TEST(Knn, CountsTheVotesOfTheNearestNeighbours) {
  const LabeledRows train = clouds(5000, 6, 1.5, 1), test = clouds(300, 6, 1.5, 2);
  for (std::size_t k : {1, 5, 8})
    EXPECT_EQ(knn_accuracy(train, test, k), plain_knn(train, test, k)) << k;
  EXPECT_LT(knn_accuracy(train, test), 0.95);  // else there was nothing to find out
}

TEST(LogisticRegression, SaysTheClassesThatItsAccuracyCounts) {
  const LabeledRows train = clouds(300, 6, 1.5, 1), test = clouds(200, 6, 1.5, 2);
  const LogisticResult result = logistic_regression(train, test, Rng(3));
  ASSERT_EQ(result.classes.size(), 200u);
  EXPECT_EQ(accuracy_of(result.classes, test.labels), result.accuracy);
}

TEST(Knn, TakesFewerNeighboursWhereThereAreFewer) {
  const LabeledRows train{tensor({3, 1}, {0, 1, 1.1}), {4, 9, 9}},
      test{tensor({2, 1}, {0, 5}), {9, 9}};
  EXPECT_EQ(knn_accuracy(train, test, 5), 1);
  EXPECT_EQ(knn_accuracy(train, test, 1), 0.5);
}

TEST(Knn, OfEquallyManyVotesTakesTheLowestClass) {
  const LabeledRows train{tensor({2, 1}, {0, 1}), {4, 3}}, test{tensor({1, 1}, {0}), {3}};
  EXPECT_EQ(knn_accuracy(train, test, 2), 1);
}

TEST(Knn, SaysTheSameOnAnyNumberOfThreads) {
  const LabeledRows train = clouds(3000, 4, 2, 1), test = clouds(500, 4, 2, 2);
  const int before = threads();
  set_threads(1);
  const double alone = knn_accuracy(train, test);
  set_threads(2);
  EXPECT_EQ(knn_accuracy(train, test), alone);
  set_threads(before);
}

// The figure that the scoreboard's row of features is read against: scikit-learn's rule on exact
// PCA, found by a program of its own.
TEST(Knn, GivesPcaWithSixteenComponentsItsKnownAccuracyOnMnist) {
  const Dataset train = load_dataset("mnist", Split::train),
                test = load_dataset("mnist", Split::test);
  const Pca pca = fit_pca(train, 16);
  EXPECT_NEAR(knn_accuracy({project(pca, to_tensor(train)), all_labels(train)},
                           {project(pca, to_tensor(test)), all_labels(test)}),
              0.9630, 0.00025);
}

/// Enough for the small problems here.
const LogisticOptions brief = {.epochs = 10, .least_steps = 200, .lr = 0.01};

TEST(Logistic, SeparatesWhatALineSeparates) {
  const auto result =
      logistic_regression(clouds(900, 5, 0.2, 1), clouds(300, 5, 0.2, 2), Rng(1), brief);
  EXPECT_GT(result.accuracy, 0.99);
}

TEST(Logistic, PullsWeightsTowardsZeroWhereColumnsAreNoise) {
  // 60 examples of 200 columns, of which 5 know something.
  const auto with_noise = [](LabeledRows known, std::uint64_t seed) {
    LabeledRows all{filled({known.size(), 200}), known.labels};
    Rng(seed).fill_normal(all.rows, 0, 1);
    for (std::size_t i = 0; i < known.size(); ++i)
      for (std::size_t j = 0; j < 5; ++j) all.rows(i, j) = known.rows(i, j);
    return all;
  };
  const LabeledRows train = with_noise(clouds(60, 5, 0.5, 1), 3),
                    test = with_noise(clouds(600, 5, 0.5, 2), 4);
  LogisticOptions one = brief;
  one.penalties = {1e-6};
  const double weak = logistic_regression(train, test, Rng(1), one).accuracy;
  one.penalties = {1e-6, 0.3};
  const LogisticResult chosen = logistic_regression(train, test, Rng(1), one);
  EXPECT_EQ(chosen.penalty, 0.3);
  EXPECT_GT(chosen.accuracy, weak);
}

TEST(Logistic, GivesTheSameAgain) {
  const LabeledRows train = clouds(300, 5, 1.5, 1), test = clouds(300, 5, 1.5, 2);
  EXPECT_EQ(logistic_regression(train, test, Rng(1), brief).accuracy,
            logistic_regression(train, test, Rng(1), brief).accuracy);
}

TEST(Standardize, TakesMeanAndDeviationOfTheTrainingRows) {
  Tensor train = tensor({4, 2}, {1, 10, 3, 10, 1, 10, 3, 10}), test = tensor({1, 2}, {2, 11});
  standardize(train, test);
  // The columns' variances are 1 and 0; a tenth of their mean, 0.05, is added to each.
  EXPECT_NEAR(train(0, 0), -1 / std::sqrt(1.05), 4 * epsilon);
  EXPECT_EQ(train(0, 1), 0);
  EXPECT_EQ(test(0, 0), 0);
  EXPECT_NEAR(test(0, 1), 1 / std::sqrt(0.05), 16 * epsilon);
}

TEST(ScarceLabels, AreSharedEvenlyAmongClasses) {
  const Dataset data = load_dataset("mnist?limit=2000", Split::train);
  const std::vector<std::uint8_t> labels = all_labels(data);
  const auto chosen = choose_labeled(labels, 100, Rng(1));
  std::map<int, int> counts;
  for (std::uint32_t i : chosen) ++counts[labels[i]];
  ASSERT_EQ(counts.size(), 10u);
  for (const auto& [label, count] : counts) EXPECT_EQ(count, 10) << label;
  EXPECT_EQ(choose_labeled(labels, 100, Rng(1)), chosen);
  EXPECT_NE(choose_labeled(labels, 100, Rng(2)), chosen);
  auto all = choose_labeled(labels, 2000, Rng(1));
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::unique(all.begin(), all.end()), all.end());
}

TEST(Features, RefusesWhatCannotBeClassified) {
  const LabeledRows rows = clouds(9, 2, 1, 1), none{filled({0, 2}), {}};
  EXPECT_EQ(message_of<ConfigError>([&] { choose_labeled(rows.labels, 10, Rng(1)); }),
            "10 labels are wanted, but there are 9");
  EXPECT_EQ(message_of<ConfigError>([&] { knn_accuracy(rows, rows, 0); }),
            "the 0 nearest neighbours are none: k is at least 1");
  EXPECT_EQ(message_of<ConfigError>([&] { knn_accuracy(none, rows); }),
            "there are no examples to compare with, or none to classify");
  EXPECT_EQ(
      message_of<ConfigError>([&] { logistic_regression(rows.subset({0, 1}), rows, Rng(1)); }),
      "2 labelled examples are too few to hold one of six out");
  EXPECT_EQ(message_of<ConfigError>([] { all_labels(Dataset("bare", {1}, {1, 2})); }),
            "bare: has no labels, so that nothing can be classified");
}

}  // namespace
}  // namespace hourglass::testing
