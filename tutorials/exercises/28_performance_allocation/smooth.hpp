#pragma once

#include <algorithm>
#include <utility>
#include <vector>

/// Smooths a signal `rounds` times: each number becomes the mean of itself and its two neighbours, all as
/// they were before the round; the first and the last, which have only one neighbour, count
/// themselves twice. It is right, but slow: it asks for memory in every round. Make it ask once.
inline std::vector<double> smooth(std::vector<double> x, int rounds) {
  // BEGIN SOLUTION
  std::vector<double> next(x.size());
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < x.size(); ++i)
      next[i] = (x[i > 0 ? i - 1 : i] + x[i] + x[i + 1 < x.size() ? i + 1 : i]) / 3;
    std::swap(x, next);
  }
  return x;
  // STUB
  //| for (int round = 0; round < rounds; ++round) {
  //|   std::vector<double> next;
  //|   for (std::size_t i = 0; i < x.size(); ++i)
  //|     next.push_back((x[i > 0 ? i - 1 : i] + x[i] + x[i + 1 < x.size() ? i + 1 : i]) / 3);
  //|   x = next;
  //| }
  //| return x;
  // END SOLUTION
}
