#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "course/array.hpp"

/// The class of each row of x (n, d) by a vote of its k nearest rows of `known` (m, d), whose
/// classes are `labels` (0, 1, 2, …). Near means a small Σ (x − known)²; of equally near rows the
/// first in `known` is taken, and of classes with equally many votes the lowest. 1 ≤ k ≤ m.
inline std::vector<std::size_t> k_nearest(const Array& x, const Array& known,
                                          const std::vector<std::size_t>& labels, std::size_t k) {
  // BEGIN SOLUTION
  const std::size_t classes = *std::max_element(labels.begin(), labels.end()) + 1;
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < x.shape[0]; ++i) {
    std::vector<std::pair<double, std::size_t>> near(known.shape[0]);
    for (std::size_t m = 0; m < near.size(); ++m) {
      near[m].second = m;
      for (std::size_t j = 0; j < x.shape[1]; ++j) {
        const double d = x.at(i, j) - known.at(m, j);
        near[m].first += d * d;
      }
    }
    std::partial_sort(near.begin(), near.begin() + static_cast<std::ptrdiff_t>(k), near.end());
    std::vector<std::size_t> votes(classes);
    for (std::size_t m = 0; m < k; ++m) ++votes[labels[near[m].second]];
    const auto most = std::max_element(votes.begin(), votes.end());
    result.push_back(static_cast<std::size_t>(most - votes.begin()));
  }
  return result;
  // STUB
  //| // TODO: distances, the k smallest, a vote.
  //| (void)known, (void)labels, (void)k;
  //| return std::vector<std::size_t>(x.shape[0]);
  // END SOLUTION
}
