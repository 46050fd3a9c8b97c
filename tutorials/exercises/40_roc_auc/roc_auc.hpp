#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

/// The area under the ROC curve: the share of pairs of an anomaly and a healthy row in which the
/// anomaly has the higher score; a pair with equal scores counts ½. There is at least one of each.
/// n rows have to take about n log n steps: by ranks (Mann & Whitney 1947), not pair by pair.
/// Comparisons go through `less(s, t)`, which is s < t and is counted.
template <class Less>
double roc_auc(const std::vector<double>& scores, const std::vector<bool>& anomaly, Less less) {
  // BEGIN SOLUTION
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t i, std::size_t j) { return less(scores[i], scores[j]); });
  double rank_sum = 0, a = 0;
  for (std::size_t i = 0, j = 0; i < order.size(); i = j) {
    while (j < order.size() && !less(scores[order[i]], scores[order[j]])) ++j;
    for (std::size_t k = i; k < j; ++k)
      if (anomaly[order[k]]) ++a, rank_sum += static_cast<double>(i + 1 + j) / 2;
  }
  return (rank_sum - a * (a + 1) / 2) / (a * (static_cast<double>(scores.size()) - a));
  // STUB
  //| // TODO: sort, rank (equal scores share a rank), add up the anomalies' ranks.
  //| (void)scores, (void)anomaly, (void)less;
  //| return 0;
  // END SOLUTION
}
