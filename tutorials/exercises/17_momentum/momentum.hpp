#pragma once

#include "course/array.hpp"

/// Stochastic gradient descent with momentum (Polyak 1964; Sutskever et al. 2013):
///   v ← momentum v + g                       (v begins at 0)
///   w ← w − rate v                           or, with nesterov, w ← w − rate (g + momentum v)
struct Momentum {
  double rate = 0.1;
  double momentum = 0.9;
  bool nesterov = false;
  std::vector<double> velocity = {};  ///< as many as there are weights; empty before the first step

  void step(Array& w, const Array& g) {
    // BEGIN SOLUTION
    velocity.resize(w.size());
    for (std::size_t i = 0; i < w.size(); ++i) {
      velocity[i] = momentum * velocity[i] + g[i];
      w[i] -= rate * (nesterov ? g[i] + momentum * velocity[i] : velocity[i]);
    }
    // STUB
    //| // TODO: this is descent without momentum.
    //| for (std::size_t i = 0; i < w.size(); ++i) w[i] -= rate * g[i];
    // END SOLUTION
  }
};
