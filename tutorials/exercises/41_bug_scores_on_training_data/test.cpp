#include "threshold.hpp"

#include "course/checks.hpp"

CASE("the threshold is a score of rows that were held back") {
  // known: 0 and 10; held back: 1, 13, 8, 0.5, with scores 1, 9, 4, 0.25
  const Array healthy({6, 1}, {0, 10, 1, 13, 8, 0.5});
  check_close(
      "the threshold", alarm_threshold(healthy, 2, 0.25), 4,
      "known 0 and 10, held back 1, 13, 8 and 0.5; a quarter alarms",
      "A row that the detector knows has the score 0: measure on rows that it does not know.");
  check_close("the threshold", alarm_threshold(healthy, 2, 0.5), 1, "the same, half of them alarms",
              "Only held-back rows are scored: measure on rows that it does not know.");
}

CASE("the threshold is a squared distance") {
  const double unit = random_array({1}, 4, 1, 9)[0];
  Array healthy({6, 1}, {0, 10, 1, 13, 8, 0.5});
  for (double& each : healthy.data) each *= unit;
  check_close("the threshold", alarm_threshold(healthy, 2, 0.25), 4 * unit * unit,
              "the same rows, each times " + std::to_string(unit));
}

CASE("new healthy rows cause alarms about as often as was promised") {
  const std::size_t n = 300;
  const Array healthy = random_array({2 * n, 3}, 1), future = random_array({n, 3}, 2);
  const double threshold = alarm_threshold(healthy, n, 0.1);
  double alarms = 0;
  for (double score : Detector(rows(healthy, 0, n)).scores(future)) alarms += score > threshold;
  check_true(
      "between 1 % and 25 % of new rows are alarms", alarms > 0.01 * n && alarms < 0.25 * n,
      "300 rows known, 300 held back, 300 new, promised 10 %; got " + std::to_string(alarms / n),
      "Where everything new is an alarm, the threshold was measured on what is known.");
}

CASE("what is held back is not known") {
  Array healthy = random_array({40, 2}, 3);
  for (std::size_t i = 20 * 2; i < healthy.size(); ++i) healthy[i] += 100;  // far from the first 20
  check_true("the threshold is above 10,000", alarm_threshold(healthy, 20, 0.1) > 10000,
             "20 rows near 0, 20 held back near 100",
             "The detector was fitted on the first rows, and the others are scored.");
}
