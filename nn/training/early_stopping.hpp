#pragma once

#include <string>

#include "hourglass/nn/training/history.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Which metric of an epoch to watch: `wanted`, or, if that is "", the first evaluated one that ends
/// in "loss" (test_loss, validation_loss), else train_loss. Throws ConfigError if there is none
/// of that name.
std::string watched_metric(const Metrics& epoch, const std::string& wanted);

/// How long a metric has gone without a new low.
struct Stagnation {
  std::size_t best_epoch = 0;  ///< from 1; 0 if there is no epoch yet
  double best = 0;
  std::size_t epochs_since = 0;
};
Stagnation stagnation(const History& history, const std::string& metric);

/// Whether training should stop (Prechelt 1998): the watched metric has not reached a new low for
/// `patience` epochs. It follows from the history alone, so that a run resumed from a checkpoint
/// stops where an uninterrupted one does. Never if `patience` is 0.
bool is_out_of_patience(const History& history, const std::string& wanted, std::size_t patience);

}}  // namespace hourglass
