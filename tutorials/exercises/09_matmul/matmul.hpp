#pragma once

#include <stdexcept>

#include "course/array.hpp"

/// c = a b: (m, k) times (k, n) gives (m, n), c_ij = Σₖ a_ik b_kj. If the two k differ,
/// std::invalid_argument is thrown, with "matmul" in its text.
inline Array matmul(const Array& a, const Array& b) {
  // BEGIN SOLUTION
  if (a.shape[1] != b.shape[0]) throw std::invalid_argument("matmul: the inner lengths differ");
  Array c({a.shape[0], b.shape[1]});
  for (std::size_t i = 0; i < a.shape[0]; ++i)
    for (std::size_t k = 0; k < a.shape[1]; ++k)
      for (std::size_t j = 0; j < b.shape[1]; ++j) c.at(i, j) += a.at(i, k) * b.at(k, j);
  return c;
  // STUB
  //| // TODO: three loops.
  //| return Array({a.shape[0], b.shape[1]});
  // END SOLUTION
}
