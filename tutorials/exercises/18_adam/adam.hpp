#pragma once

#include <cmath>

#include "course/array.hpp"

/// Adam (Kingma and Ba 2015), at step t = 1, 2, …:
///   m ← β₁ m + (1 − β₁) g        v ← β₂ v + (1 − β₂) g²        (both begin at 0)
///   w ← w − rate · m̂ / (√v̂ + ε)  with  m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ)
struct Adam {
  double rate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  int t = 0;
  std::vector<double> m = {}, v = {};

  void step(Array& w, const Array& g) {
    // BEGIN SOLUTION
    m.resize(w.size());
    v.resize(w.size());
    ++t;
    const double seen1 = 1 - std::pow(beta1, t), seen2 = 1 - std::pow(beta2, t);
    for (std::size_t i = 0; i < w.size(); ++i) {
      m[i] = beta1 * m[i] + (1 - beta1) * g[i];
      v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
      w[i] -= rate * (m[i] / seen1) / (std::sqrt(v[i] / seen2) + epsilon);
    }
    // STUB
    //| // TODO: two running means, corrected for where they began.
    //| for (std::size_t i = 0; i < w.size(); ++i) w[i] -= rate * g[i];
    // END SOLUTION
  }
};
