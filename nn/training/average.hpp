#pragma once

#include <string>
#include <utility>
#include <vector>

#include "hourglass/autograd/tape.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The exponential moving average of the weights over the steps of training (Polyak & Juditsky
/// 1992), which is often a better model than the last step's:
///     a ← d a + (1 − d) w     with  d = min(decay, (1 + t) / (10 + t))  after step t,
/// so that a short run's average is not still dominated by its first weights. Buffers (running
/// statistics) are not averaged: they are averages already.
class MovingAverage {
 public:
  MovingAverage(std::vector<Parameter*> parameters, double decay);

  /// Updates the average with the weights after step number `step` (from 1).
  void update(std::size_t step);

  /// The averages by names such as "ema.encoder.0.weight", for a checkpoint.
  std::vector<std::pair<std::string, Tensor*>> state();

  /// While it lives, the parameters hold the averages, and the weights are set aside. With no
  /// average (nullptr) it does nothing.
  class InPlace {
   public:
    explicit InPlace(MovingAverage* average) : average_(average) { swap(); }
    ~InPlace() { swap(); }
    InPlace(const InPlace&) = delete;
    InPlace& operator=(const InPlace&) = delete;

   private:
    void swap();
    MovingAverage* average_;
  };

 private:
  std::vector<Parameter*> parameters_;
  double decay_;
  std::vector<Tensor> averages_;
};

}}  // namespace hourglass
