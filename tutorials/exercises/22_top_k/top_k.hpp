#pragma once

#include <algorithm>
#include <numeric>

#include "course/array.hpp"

/// Keeps the k largest entries of each row of x and sets the others to 0 (k-sparse autoencoders,
/// Makhzani and Frey 2014). Of equal entries the leftmost is kept first; a row has at least k entries.
/// Exactly k are kept.
inline Array top_k(const Array& x, std::size_t k);

/// dx: kept entries pass their gradient on, the others get none.
inline Array top_k_backward(const Array& x, std::size_t k, const Array& dy);

// BEGIN SOLUTION
/// Entries of `values` where x is among its row's k largest, 0 elsewhere.
inline Array where_largest(const Array& x, std::size_t k, const Array& values) {
  Array kept(x.shape);
  std::vector<std::size_t> order(x.shape[1]);
  for (std::size_t i = 0; i < x.shape[0]; ++i) {
    std::iota(order.begin(), order.end(), 0u);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return x.at(i, a) > x.at(i, b); });
    for (std::size_t j = 0; j < k; ++j) kept.at(i, order[j]) = values.at(i, order[j]);
  }
  return kept;
}

inline Array top_k(const Array& x, std::size_t k) { return where_largest(x, k, x); }
inline Array top_k_backward(const Array& x, std::size_t k, const Array& dy) { return where_largest(x, k, dy); }
// STUB
//| // TODO: both of them.
//| inline Array top_k(const Array& x, std::size_t) { return x; }
//| inline Array top_k_backward(const Array&, std::size_t, const Array& dy) { return dy; }
// END SOLUTION
