#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "course/array.hpp"

/// Rows first … last − 1 of a matrix.
inline Array rows(const Array& x, std::size_t first, std::size_t last) {
  const auto width = static_cast<std::ptrdiff_t>(x.shape[1]);
  const auto begin = x.data.begin() + static_cast<std::ptrdiff_t>(first) * width;
  return Array(
      {last - first, x.shape[1]},
      std::vector<double>(begin, begin + static_cast<std::ptrdiff_t>(last - first) * width));
}

/// Knows healthy rows by heart. The score of a row is its squared distance to the nearest of them.
class Detector {
 public:
  explicit Detector(Array healthy) : healthy_(std::move(healthy)) {}
  std::vector<double> scores(const Array& x) const {
    std::vector<double> result;
    for (std::size_t i = 0; i < x.shape[0]; ++i) {
      std::vector<double> distances(healthy_.shape[0]);
      for (std::size_t n = 0; n < distances.size(); ++n)
        for (std::size_t j = 0; j < x.shape[1]; ++j)
          distances[n] += (x.at(i, j) - healthy_.at(n, j)) * (x.at(i, j) - healthy_.at(n, j));
      result.push_back(*std::min_element(distances.begin(), distances.end()));
    }
    return result;
  }

 private:
  Array healthy_;
};

/// The smallest score that at most a share `alarms` (0 … 1) of the scores exceed.
inline double threshold_of(std::vector<double> scores, double alarms) {
  std::sort(scores.begin(), scores.end());
  const auto n = static_cast<double>(scores.size());
  std::size_t i = 0;
  while (n - 1 - static_cast<double>(i) > alarms * n) ++i;
  return scores[i];
}

/// The threshold of a detector that knows the first `fitted` healthy rows: future healthy rows
/// should exceed it at the rate `alarms`. The healthy rows after the first `fitted` are there for
/// that. There is a bug in it.
inline double alarm_threshold(const Array& healthy, std::size_t fitted, double alarms) {
  // BEGIN SOLUTION
  const Detector detector(rows(healthy, 0, fitted));
  return threshold_of(detector.scores(rows(healthy, fitted, healthy.shape[0])), alarms);
  // STUB
  //| const Detector detector(healthy);
  //| return threshold_of(detector.scores(rows(healthy, fitted, healthy.shape[0])), alarms);
  // END SOLUTION
}
