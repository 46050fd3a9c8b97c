#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/special_functions.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/autograd/operation.hpp"
#include "hourglass/autograd/operations.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

void check_alike(Var counts, Var log_alpha, Var log_beta) {
  if (log_alpha.shape() == counts.shape() && log_beta.shape() == counts.shape()) return;
  throw ShapeError(fmt::format(
      "beta_binomial_log_likelihood: the counts are {}, log_alpha is {} and log_beta is {}: they "
      "must be alike{}",
      to_text(counts.shape()), to_text(log_alpha.shape()), to_text(log_beta.shape()),
      in_module(counts)));
}

void check_counts(Var counts, std::size_t n) {
  for (std::size_t i = 0; i < counts.value().size(); ++i) {
    const Scalar k = counts.value().data()[i];
    if (!(k >= 0 && k <= static_cast<Scalar>(n) && k == std::floor(k)))
      throw ShapeError(
          fmt::format("beta_binomial_log_likelihood: element {} of the counts is {}: counts must "
                      "be whole numbers from 0 to {}{}",
                      i, k, n, in_module(counts)));
  }
}

/// ln B(a, b)
double log_beta_function(double a, double b) {
  return log_gamma(a) + log_gamma(b) - log_gamma(a + b);
}

/// eˣ, neither 0 nor infinite: beyond e^±600 a beta distribution no longer changes.
double exp_in_range(double x) {
  return std::exp(std::max(std::min(x, 600.0), -600.0));
}

/// Calls work(i) for i = 0, …, size − 1, on several threads where there are many: each element
/// takes some hundred nanoseconds.
template <class Work>
void for_each_element(std::size_t size, const Work& work) {
  const std::size_t parts = size > 4096 ? work_parts() : 1;
  run_in_parallel(parts, [&](std::size_t part) {
    const Range range = split_range(size, part, parts);
    for (std::size_t i = range.begin; i < range.end; ++i) work(i);
  });
}

/// dx_i += dy_i ∂y_i/∂x_i for x = ln α. Counting failures in place of successes turns β into α, so
/// this serves both: `count_of` says what is counted, `other` is the logarithm of the other one.
template <class CountOf>
void add_derivatives(Var x, Var other, Var y, std::size_t n, const CountOf& count_of) {
  const Contribution contribution = x.grad_accumulator().contribute();
  if (!contribution) return;
  const bool accumulate = contribution.how == Sum::accumulate;
  const auto trials = static_cast<double>(n);
  const Scalar *log_a = x.value().data(), *log_b = other.value().data(), *dy = y.grad().data();
  Scalar* dx = contribution.sum->data();
  for_each_element(x.value().size(), [&](std::size_t i) {
    // ∂/∂α = ψ(k + α) − ψ(n + α + β) − ψ(α) + ψ(α + β), and ∂α/∂ ln α = α
    const double a = exp_in_range(log_a[i]), b = exp_in_range(log_b[i]);
    const double derivative =
        a * (digamma_difference(a, count_of(i)) - digamma_difference(a + b, trials));
    dx[i] = (accumulate ? dx[i] : 0) + dy[i] * static_cast<Scalar>(derivative);
  });
}

}  // namespace

Var beta_binomial_log_likelihood(Var counts, Var log_alpha, Var log_beta, std::size_t n) {
  Var k = counts, a = log_alpha, b = log_beta;
  check_alike(k, a, b);
  check_counts(k, n);
  Var y = new_output("beta_binomial_log_likelihood", k.shape(), {k, a, b});
  const auto trials = static_cast<double>(n);
  Scalar* log_mass = y.output().data();
  // In double, since the terms are much larger than their sum.
  for_each_element(k.value().size(), [&](std::size_t i) {
    const double count = k.value().data()[i];
    const double alpha = exp_in_range(a.value().data()[i]),
                 beta = exp_in_range(b.value().data()[i]);
    // C(n, k) = 1 / ((n + 1) B(k + 1, n − k + 1))
    const double log_choices =
        -std::log(trials + 1) - log_beta_function(count + 1, trials - count + 1);
    log_mass[i] = static_cast<Scalar>(log_choices + log_gamma_difference(alpha, count) +
                                      log_gamma_difference(beta, trials - count) -
                                      log_gamma_difference(alpha + beta, trials));
  });
  on_backward(y, [k, a, b, y, n] {
    const Scalar* counts = k.value().data();
    const auto trials = static_cast<double>(n);
    add_derivatives(a, b, y, n, [=](std::size_t i) { return double(counts[i]); });
    add_derivatives(b, a, y, n, [=](std::size_t i) { return trials - double(counts[i]); });
  });
  return y;
}

}}  // namespace hourglass
