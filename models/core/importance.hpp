#pragma once

#include <cmath>
#include <limits>
#include <vector>

#include "hourglass/datasets/dataset.hpp"
#include "hourglass/models/core/variational.hpp"
#include "hourglass/nn/training/history.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// ln Σ e^x of numbers that come one by one, without overflow, in the memory of two of them.
class RunningLogSumExp {
 public:
  void add(double x) {
    if (x > largest_) {
      sum_ = sum_ * std::exp(largest_ - x) + 1;
      largest_ = x;
    } else {
      sum_ += std::exp(x - largest_);
    }
  }
  /// −∞ where nothing has been added.
  double value() const { return largest_ + std::log(sum_); }

 private:
  double largest_ = std::numeric_limits<double>::lowest(), sum_ = 0;
};

/// ln p(x) of each example by importance sampling (Burda, Grosse & Salakhutdinov, ICLR 2016;
/// Rezende, Mohamed & Wierstra, ICML 2014), in nats:
///     ln p(x) ≈ ln 1/K Σ_k p(x, z_k) / q(z_k | x),   z_k ~ q(z | x)
/// a bound from below in expectation, which rises with the number of samples K and tends to ln
/// p(x); with K = 1 it is the evidence lower bound. Where the model binarises, x is one draw of
/// zeros and ones for each example.
///
/// `rows` draws are decoded at a time, in whose number the result does not depend where it is a
/// multiple of 4; memory does not grow with K. The same `rng` gives the same figures on any number
/// of threads. Throws ConfigError for 0 samples, and where the model has no likelihood;
/// NonFiniteError where an estimate is no finite number, which names the example and the operation.
constexpr std::size_t rows_at_a_time = 500;
std::vector<double> log_likelihoods(Variational& model, const Dataset& data, std::size_t samples,
                                    Rng rng, std::size_t rows = rows_at_a_time);

/// The means over the first `examples` of a dataset (all where that is 0) of
///     elbo_nats    the evidence lower bound, ≤ ln p(x): minus the loss of a plain VAE
///     nll_nats     −ln p(x) by importance sampling; only where `samples` is not 0
/// Both are then worked out from the same draws, so that nll_nats ≤ −elbo_nats always.
/// Throws ConfigError where the dataset is empty, and as log_likelihoods.
Metrics likelihood_metrics(Variational& model, const Dataset& data, Rng rng,
                           std::size_t samples = 0, std::size_t examples = 0);

}}  // namespace hourglass
