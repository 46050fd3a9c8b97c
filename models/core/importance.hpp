#pragma once

#include <cmath>
#include <limits>
#include <vector>

#include "hourglass/datasets/dataset.hpp"
#include "hourglass/models/core/variational.hpp"
#include "hourglass/nn/training/history.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A running ln Σ e^x of numbers that are added one by one: no overflow, constant memory.
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
  /// −∞ if nothing has been added.
  double value() const { return largest_ + std::log(sum_); }

 private:
  double largest_ = std::numeric_limits<double>::lowest(), sum_ = 0;
};

/// ln p(x) of each example by importance sampling (Burda, Grosse & Salakhutdinov, ICLR 2016;
/// Rezende, Mohamed & Wierstra, ICML 2014), in nats:
///     ln p(x) ≈ ln 1/K Σ_k p(x, z_k) / q(z_k | x),   z_k ~ q(z | x)
/// a lower bound in expectation, which rises with the number of samples K and tends to ln p(x);
/// with K = 1 it is the evidence lower bound. If the model binarises, x is one draw of zeros and
/// ones for each example.
///
/// `rows` draws are decoded at a time; the result does not depend on that number if it is a
/// multiple of 4, and memory does not grow with K. The same `rng` gives the same estimates on any
/// number of threads. Throws ConfigError for 0 samples or a model without a likelihood, and
/// NonFiniteError, which names the example and the operation, if an estimate is not finite.
constexpr std::size_t rows_at_a_time = 500;
std::vector<double> log_likelihoods(Variational& model, const Dataset& data, std::size_t samples,
                                    Rng rng, std::size_t rows = rows_at_a_time);

/// The means over the first `examples` of a dataset (all if that is 0) of
///     elbo_nats    the evidence lower bound, ≤ ln p(x): minus the loss of a plain VAE
///     nll_nats     −ln p(x) by importance sampling; only if `samples` is not 0
/// Both are then computed from the same draws, so that nll_nats ≤ −elbo_nats always. Those of a
/// conditional model are of p(x | y), y being the example's own label, and are called
/// elbo_nats_given_class and nll_nats_given_class: −ln p(x | y) is lower than −ln p(x) by up to
/// ln(classes). A model without a likelihood of x has neither.
/// Throws ConfigError if the dataset is empty, and as log_likelihoods does.
Metrics likelihood_metrics(Variational& model, const Dataset& data, Rng rng,
                           std::size_t samples = 0, std::size_t examples = 0);

}}  // namespace hourglass
