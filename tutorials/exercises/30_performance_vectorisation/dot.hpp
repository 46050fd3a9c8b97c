#pragma once

#include <cstddef>
#include <vector>

/// Σ aᵢ bᵢ. It is right, but slow: every addition waits for the one before, so a processor's vector units can
/// do nothing, nor can the compiler, which must not reorder floating-point additions by itself. Give it
/// independent sums: at most n / 8 + 16 operations may wait for each other. Number is double, or a type that
/// counts; it can be added, multiplied, and made from 0.
template <class Number>
Number dot(const std::vector<Number>& a, const std::vector<Number>& b) {
  // BEGIN SOLUTION
  constexpr std::size_t lanes = 8;
  Number sums[lanes] = {};
  std::size_t i = 0;
  for (; i + lanes <= a.size(); i += lanes)
    for (std::size_t k = 0; k < lanes; ++k) sums[k] = sums[k] + a[i + k] * b[i + k];
  for (std::size_t k = 0; i < a.size(); ++i, ++k) sums[k] = sums[k] + a[i] * b[i];
  for (std::size_t k = 1; k < lanes; ++k) sums[0] = sums[0] + sums[k];
  return sums[0];
  // STUB
  //| Number sum = {};
  //| for (std::size_t i = 0; i < a.size(); ++i) sum = sum + a[i] * b[i];
  //| return sum;
  // END SOLUTION
}
