#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hourglass/models/statistics/classification.hpp"
#include "hourglass/models/statistics/strokes.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// How much a representation says about what its model was not trained on: probes, learners so
// simple that their performance is due to the features that they get (Alain & Bengio,
// "Understanding intermediate layers using linear classifier probes", 2016).

/// What probes predict for each example: its class, numbers, or both.
struct ProbeTask {
  std::vector<std::uint8_t> train_labels = {}, test_labels = {};  ///< none: no classes
  std::vector<Target> targets = {};

  bool has_classes() const { return !train_labels.empty(); }
};

/// The probes' metrics on the test examples.
struct ProbeMetrics {
  struct Classification {
    double knn_accuracy = 0, linear_accuracy = 0;
    double linear_penalty = 0;  ///< the λ chosen for logistic regression
    double best_accuracy() const;
  };
  struct Regression {
    std::string target;
    double r2 = 0, rmse = 0;
  };
  std::optional<Classification> classification = {};
  std::vector<Regression> regressions = {};  ///< one for each target of the task
};

/// Trains the probes on the `chosen` rows of the training features, and measures them on all test
/// features: k nearest neighbours and logistic regression for classes (classification.hpp), ridge
/// regression for numbers (ridge.hpp). train: (N, D), test: (M, D). Throws ConfigError for too few
/// rows, as these do.
ProbeMetrics probe(const Tensor& train, const Tensor& test, const ProbeTask& task,
                   const std::vector<std::uint32_t>& chosen, std::size_t neighbours,
                   const Rng& rng);

/// The chosen rows of (N, D), in this order: (n, D).
Tensor select_rows(const Tensor& rows, const std::vector<std::uint32_t>& chosen);

}}  // namespace hourglass
