#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

/// log Σᵢ exp xᵢ, of at least one number. Finite and exact for finite x of any size; −∞ stands for a
/// term that is 0 (log 0), even if all of them are.
inline double logsumexp(const std::vector<double>& x) {
  // BEGIN SOLUTION
  const double most = *std::max_element(x.begin(), x.end());
  if (std::isinf(most)) return most;
  double sum = 0;
  for (double each : x) sum += std::exp(each - most);
  return most + std::log(sum);
  // STUB
  //| // TODO: without overflow.
  //| return x[0];
  // END SOLUTION
}
