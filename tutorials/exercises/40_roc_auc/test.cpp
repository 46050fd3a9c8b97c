#include "roc_auc.hpp"

#include "course/checks.hpp"

namespace {
double area(const std::vector<double>& scores, const std::vector<bool>& anomaly) {
  return roc_auc(scores, anomaly, [](double s, double t) { return s < t; });
}
}  // namespace

CASE("three of four pairs in the right order are 0.75") {
  check_close("the area", area({0.1, 0.4, 0.35, 0.8}, {false, false, true, true}), 0.75,
              "healthy 0.1 and 0.4, anomalies 0.35 and 0.8",
              "The share of pairs in which the anomaly has the higher score.");
}

CASE("a perfect score has area 1, reversed 0") {
  check_close(
      "the area", area({1, 2, 3, 4, 5}, {false, false, false, true, true}), 1, "anomalies on top",
      "The places that anomalies take among themselves do not count: subtract a (a + 1) / 2.");
  check_close("the area", area({5, 4, 3, 2, 1}, {false, false, false, true, true}), 0,
              "anomalies at the bottom");
}

CASE("a score that says nothing has one half") {
  check_close("the area", area({7, 7, 7, 7, 7}, {true, false, false, true, false}), 0.5,
              "five equal scores", "Equal scores share a rank, whatever order the rows come in.");
}

CASE("scores with ties: as counted pair by pair") {
  const Array random = random_array({60}, 1, 0, 10), group = random_array({60}, 2);
  std::vector<double> scores;
  std::vector<bool> anomaly;
  for (std::size_t i = 0; i < 60; ++i) {
    scores.push_back(static_cast<int>(random[i]));
    anomaly.push_back(i == 0 || (i != 1 && group[i] > 0.4));
  }
  double won = 0, pairs = 0;
  for (std::size_t i = 0; i < 60; ++i)
    for (std::size_t j = 0; j < 60; ++j)
      if (anomaly[i] && !anomaly[j])
        ++pairs, won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
  check_close("the area", area(scores, anomaly), won / pairs,
              "60 whole scores of 0 to 9, about a third anomalies",
              "A pair of equal scores counts one half.");
}

CASE("a thousand rows do not take a million comparisons") {
  const Array random = random_array({1000}, 3);
  std::vector<bool> anomaly(1000);
  for (std::size_t i = 0; i < 1000; ++i) anomaly[i] = i % 2;
  std::size_t comparisons = 0;
  (void)roc_auc(random.data, anomaly, [&](double s, double t) { return ++comparisons, s < t; });
  check_true("`less` was called", comparisons > 0, "1000 rows", "Compare scores through `less`.");
  check_at_most("comparisons", static_cast<double>(comparisons), 60000,
                "500 anomalies, 500 healthy",
                "Pair by pair there are 250,000 pairs: sort instead.");
}
