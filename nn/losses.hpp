#pragma once

#include <array>
#include <cstddef>

#include "hourglass/autograd/operations.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// How a loss is reduced is a type, so that nothing is summed or averaged silently:
//
//     Var loss = squared_error<PerExample>(prediction, target);
//
// For a Bernoulli likelihood PerExample is "nats per image", for squared error "squared error per
// image" and PerElement is "squared error per pixel".

/// Summed over each example's elements, averaged over the batch: one number.
struct PerExample {
  static Var reduce(Var each, std::size_t = 0) { return mean(each); }
};
/// Averaged over all elements of all examples: one number.
struct PerElement {
  static Var reduce(Var each, std::size_t elements) {
    return mean(each) / static_cast<Scalar>(elements);
  }
};
/// Summed over each example's elements and no further: (B), one number an example.
struct EachExample {
  static Var reduce(Var each, std::size_t = 0) { return each; }
};

/// Σ (x − t)², reduced                x, t: (B, N)
template <class Reduction>
Var squared_error(Var prediction, Var target) {
  return Reduction::reduce(squared_error(prediction, target), prediction.shape()[1]);
}

/// −Σ t ln σ(z) + (1 − t) ln(1 − σ(z)), reduced; in nats       z (logits), t: (B, N)
template <class Reduction>
Var binary_cross_entropy(Var logits, Var target) {
  return Reduction::reduce(binary_cross_entropy(logits, target), logits.shape()[1]);
}

/// Σ |x − t|, reduced                x, t: (B, N)
template <class Reduction>
Var absolute_error(Var prediction, Var target) {
  return Reduction::reduce(absolute_error(prediction, target), prediction.shape()[1]);
}

/// Σ of squares up to `delta` and straight lines beyond, reduced      x, t: (B, N)
template <class Reduction>
Var huber(Var prediction, Var target, Scalar delta = 1) {
  return Reduction::reduce(huber(prediction, target, delta), prediction.shape()[1]);
}

/// Σ ln p(x) of a Gaussian, reduced; in nats                 x, μ, ln σ²: (B, N)
template <class Reduction>
Var gaussian_log_likelihood(Var x, Var mean, Var log_variance) {
  return Reduction::reduce(gaussian_log_likelihood(x, mean, log_variance), x.shape()[1]);
}

/// Σ ln p(x) of a Bernoulli distribution, reduced; in nats   x, z (logits): (B, N)
template <class Reduction>
Var bernoulli_log_likelihood(Var x, Var logits) {
  return Reduction::reduce(bernoulli_log_likelihood(x, logits), x.shape()[1]);
}

/// Σ ln P(x) of a logistic distribution's bins, reduced; in nats      x, μ, ln s: (B, N)
template <class Reduction>
Var discretized_logistic_log_likelihood(Var x, Var mean, Var log_scale, std::size_t levels = 256) {
  return Reduction::reduce(discretized_logistic_log_likelihood(x, mean, log_scale, levels),
                           x.shape()[1]);
}

/// Σ ln P(k) of a beta-binomial distribution, reduced; in nats        k, ln α, ln β: (B, N)
template <class Reduction>
Var beta_binomial_log_likelihood(Var counts, Var log_alpha, Var log_beta, std::size_t n = 255) {
  return Reduction::reduce(beta_binomial_log_likelihood(counts, log_alpha, log_beta, n),
                           counts.shape()[1]);
}

// These are of an example as a whole: there is no PerElement of them.

/// −ln softmax(z)[label], reduced; in nats      z: (B, K)   labels: (B)
template <class Reduction>
Var cross_entropy(Var logits, Var labels) {
  return Reduction::reduce(cross_entropy(logits, labels));
}

/// KL(N(μ, σ²) ‖ N(0, 1)), reduced; in nats      μ, ln σ²: (B, N)
template <class Reduction>
Var kl_divergence(Var mean, Var log_variance) {
  return Reduction::reduce(kl_divergence(mean, log_variance));
}
/// KL(N(μ, σ²) ‖ N(μ', σ'²)), reduced; in nats   all: (B, N)
template <class Reduction>
Var kl_divergence(Var mean, Var log_variance, Var other_mean, Var other_log_variance) {
  return Reduction::reduce(kl_divergence(mean, log_variance, other_mean, other_log_variance));
}

/// What a model minimises, and the named terms that it is made of (for a table, a curve, a
/// warning).
struct Loss {
  struct Term {
    const char* name = nullptr;
    Var value;
  };

  Var total;
  std::array<Term, 8> terms{};  // in place, since a training step allocates nothing
  std::size_t term_count = 0;

  Loss() = default;
  explicit Loss(Var total) : total(total) {}
  /// Begins with one term, which is the first named.
  Loss(const char* name, Var term) : total(term) { with(name, term); }

  /// Names a value that is shown beside the loss and adds nothing to it.
  Loss& with(const char* name, Var value) {
    terms.at(term_count++) = {name, value};
    return *this;
  }
  /// Adds weight · term, and names the term, without its weight.
  Loss& plus(const char* name, Var term, Scalar weight = 1) {
    total = weight == 1 ? total + term : total + weight * term;
    return with(name, term);
  }
};

}}  // namespace hourglass
