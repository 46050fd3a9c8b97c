#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/special_functions.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/autograd/operation.hpp"
#include "hourglass/autograd/operations.hpp"
#include "hourglass/autograd/operations/rows.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// An input, as messages call it.
struct Named {
  const char* name;
  Var var;
};

/// Throws ShapeError unless all are (B, N).
void check_alike(const char* operation, std::initializer_list<Named> inputs) {
  const Shape& first = inputs.begin()->var.shape();
  bool alike = first.size() == 2;
  for (const Named& input : inputs) alike = alike && input.var.shape() == first;
  if (alike) return;
  std::string shapes;
  for (const Named& input : inputs)
    shapes += fmt::format("{}{} is {}", shapes.empty() ? "" : ", ", input.name,
                          to_text(input.var.shape()));
  throw ShapeError(fmt::format("{}: {}: all must be (B, N){}", operation, shapes,
                               in_module(inputs.begin()->var)));
}

Lanes squared(Lanes x) {
  return x * x;
}

Lanes sigmoid(Lanes x) {
  return 1 / (1 + exp(-x));
}

/// ln σ(x), without overflow
Lanes log_sigmoid(Lanes x) {
  const Lanes zero(Scalar(0));
  return select(x < zero, x, zero) - log1p(exp(-abs(x)));
}

/// The mass of a logistic distribution in the bin around x is σ(upper) − σ(lower), where upper and
/// lower are the bin's edges in scales from the mean; it has no lower edge at the first level, no
/// upper one at the last.
struct LogisticBin {
  LogisticBin(Lanes x, Lanes mean, Lanes log_scale, Scalar half_width)
      : per_scale(exp(-log_scale)),
        upper((x - mean + half_width) * per_scale),
        lower((x - mean - half_width) * per_scale),
        width(2 * half_width * per_scale),
        is_first(x < Lanes(half_width)),
        is_last(x > Lanes(1 - half_width)) {}

  /// σ(u) − σ(l) = σ(u) σ(−l) (1 − e^(l − u)): a product, in which nothing cancels. An edge that
  /// there is not gives the factor 1.
  Lanes log_mass() const {
    return unless(is_last, log_sigmoid(upper)) + unless(is_first, log_sigmoid(-lower)) +
           unless(is_first || is_last, log(-expm1(-width)));
  }
  /// ∂/∂u of that is σ(−u), ∂/∂l is −σ(l), and the mean moves both edges down by 1 / scale.
  Lanes derivative_of_mean() const {
    return per_scale * (unless(is_first, sigmoid(lower)) - unless(is_last, sigmoid(-upper)));
  }
  /// The logarithm of the scale shrinks both edges and the width, each by itself.
  Lanes derivative_of_log_scale() const {
    return unless(is_first, sigmoid(lower) * lower) - unless(is_last, sigmoid(-upper) * upper) -
           unless(is_first || is_last, width / expm1(width));
  }

 private:
  using Mask = xsimd::batch_bool<Scalar>;
  static Lanes unless(Mask mask, Lanes x) { return select(mask, Lanes(Scalar(0)), x); }

  Lanes per_scale, upper, lower, width;
  Mask is_first, is_last;
};

/// ln B(a, b)
double log_beta_function(double a, double b) {
  return log_gamma(a) + log_gamma(b) - log_gamma(a + b);
}

/// eˣ, neither 0 nor infinite: beyond e^±600 a beta distribution changes no more.
double exp_in_range(double x) {
  return std::exp(std::max(std::min(x, 600.0), -600.0));
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

/// Calls work(i) for i = 0, …, size − 1, on several threads where there are many. For work that
/// takes some hundred nanoseconds an element.
template <class Work>
void for_each_element(std::size_t size, const Work& work) {
  const std::size_t parts = size > 4096 ? work_parts() : 1;
  run_in_parallel(parts, [&](std::size_t part) {
    const Range range = split_range(size, part, parts);
    for (std::size_t i = range.begin; i < range.end; ++i) work(i);
  });
}

/// dx_bj += dy_b ∂y_b/∂x_bj for x = ln α. Counting failures in place of successes turns β into α,
/// so this serves both: `count_of` says what is counted, `other` is the logarithm of the other one.
template <class CountOf>
void add_beta_binomial_rates(Var x, Var other, Var y, std::size_t n, const CountOf& count_of) {
  const Contribution contribution = x.grad_accumulator().contribute();
  if (!contribution) return;
  const bool accumulate = contribution.how == Sum::accumulate;
  const std::size_t columns = x.shape()[1];
  const auto trials = static_cast<double>(n);
  const Scalar *log_a = x.value().data(), *log_b = other.value().data(), *dy = y.grad().data();
  Scalar* dx = contribution.sum->data();
  for_each_element(x.value().size(), [&](std::size_t i) {
    // ∂/∂α = ψ(k + α) − ψ(n + α + β) − ψ(α) + ψ(α + β), and ∂α/∂ ln α = α
    const double a = exp_in_range(log_a[i]), b = exp_in_range(log_b[i]);
    const double derivative =
        a * (digamma_difference(a, count_of(i)) - digamma_difference(a + b, trials));
    dx[i] = (accumulate ? dx[i] : 0) + dy[i / columns] * static_cast<Scalar>(derivative);
  });
}

}  // namespace

Var gaussian_log_likelihood(Var x, Var mean, Var log_variance) {
  Var m = mean, l = log_variance;
  check_alike("gaussian_log_likelihood",
              {{"x", x}, {"the mean", m}, {"the logarithm of the variance", l}});
  Var y = new_output("gaussian_log_likelihood", {x.shape()[0]}, {x, m, l});
  constexpr auto log_2_pi = static_cast<Scalar>(1.8378770664093454836);
  sum_rows(
      y,
      [](Lanes x, Lanes m, Lanes l) {
        return Scalar(-0.5) * (log_2_pi + l + squared(x - m) * exp(-l));
      },
      x.value(), m.value(), l.value());
  on_backward(y, [x, m, l, y] {
    // ∂y/∂μ = −∂y/∂x = (x − μ) e^−l,  ∂y/∂l = ½ ((x − μ)² e^−l − 1)
    const auto derivative = [](Lanes from, Lanes to, Lanes l) { return (to - from) * exp(-l); };
    add_derivatives(x, y, derivative, x.value(), m.value(), l.value());
    add_derivatives(m, y, derivative, m.value(), x.value(), l.value());
    const auto derivative_of_l = [](Lanes x, Lanes m, Lanes l) {
      return Scalar(0.5) * (squared(x - m) * exp(-l) - 1);
    };
    add_derivatives(l, y, derivative_of_l, x.value(), m.value(), l.value());
  });
  return y;
}

Var bernoulli_log_likelihood(Var x, Var logits) {
  check_alike("bernoulli_log_likelihood", {{"x", x}, {"the logits", logits}});
  return neg(binary_cross_entropy(logits, x));
}

Var discretized_logistic_log_likelihood(Var x, Var mean, Var log_scale, std::size_t levels) {
  Var m = mean, s = log_scale;
  check_alike("discretized_logistic_log_likelihood",
              {{"x", x}, {"the mean", m}, {"the logarithm of the scale", s}});
  if (levels < 2)
    throw ConfigError(
        fmt::format("discretized_logistic_log_likelihood: levels is {}: there must be at least 2{}",
                    levels, in_module(x)));
  const Scalar half_width = Scalar(0.5) / static_cast<Scalar>(levels - 1);
  Var y = new_output("discretized_logistic_log_likelihood", {x.shape()[0]}, {x, m, s});
  sum_rows(
      y,
      [half_width](Lanes x, Lanes m, Lanes s) {
        return LogisticBin(x, m, s, half_width).log_mass();
      },
      x.value(), m.value(), s.value());
  on_backward(y, [x, m, s, y, half_width] {
    const auto derivative_of_mean = [half_width](Lanes x, Lanes m, Lanes s) {
      return LogisticBin(x, m, s, half_width).derivative_of_mean();
    };
    add_derivatives(m, y, derivative_of_mean, x.value(), m.value(), s.value());
    const auto derivative_of_log_scale = [half_width](Lanes x, Lanes m, Lanes s) {
      return LogisticBin(x, m, s, half_width).derivative_of_log_scale();
    };
    add_derivatives(s, y, derivative_of_log_scale, x.value(), m.value(), s.value());
  });
  return y;
}

Var beta_binomial_log_likelihood(Var counts, Var log_alpha, Var log_beta, std::size_t n) {
  Var k = counts, a = log_alpha, b = log_beta;
  check_alike("beta_binomial_log_likelihood",
              {{"the counts", k}, {"log_alpha", a}, {"log_beta", b}});
  check_counts(k, n);
  Var y = new_output("beta_binomial_log_likelihood", {k.shape()[0]}, {k, a, b});
  // In double, since the terms are much larger than their sum.
  const auto trials = static_cast<double>(n);
  const Scratch each = scratch(y, k.shape());
  for_each_element(k.value().size(), [&](std::size_t i) {
    const double count = k.value().data()[i];
    const double alpha = exp_in_range(a.value().data()[i]),
                 beta = exp_in_range(b.value().data()[i]);
    // C(n, k) = 1 / ((n + 1) B(k + 1, n − k + 1))
    const double log_choices =
        -std::log(trials + 1) - log_beta_function(count + 1, trials - count + 1);
    each->data()[i] = static_cast<Scalar>(log_choices + log_gamma_difference(alpha, count) +
                                          log_gamma_difference(beta, trials - count) -
                                          log_gamma_difference(alpha + beta, trials));
  });
  sum_rows(
      y, [](Lanes x) { return x; }, *each);
  on_backward(y, [k, a, b, y, n] {
    const Scalar* counts = k.value().data();
    const auto trials = static_cast<double>(n);
    add_beta_binomial_rates(a, b, y, n, [=](std::size_t i) { return double(counts[i]); });
    add_beta_binomial_rates(b, a, y, n, [=](std::size_t i) { return trials - double(counts[i]); });
  });
  return y;
}

Var kl_divergence(Var mean, Var log_variance) {
  Var m = mean, l = log_variance;
  check_alike("kl_divergence", {{"the mean", m}, {"the logarithm of the variance", l}});
  Var y = new_output("kl_divergence", {m.shape()[0]}, {m, l});
  sum_rows(
      y, [](Lanes m, Lanes l) { return Scalar(0.5) * (m * m + (expm1(l) - l)); }, m.value(),
      l.value());
  on_backward(y, [m, l, y] {
    add_derivatives(
        m, y, [](Lanes m) { return m; }, m.value());
    add_derivatives(
        l, y, [](Lanes l) { return Scalar(0.5) * expm1(l); }, l.value());
  });
  return y;
}

Var kl_divergence(Var mean, Var log_variance, Var other_mean, Var other_log_variance) {
  Var m = mean, l = log_variance, n = other_mean, k = other_log_variance;
  check_alike("kl_divergence", {{"the mean", m},
                                {"the logarithm of the variance", l},
                                {"the other mean", n},
                                {"the logarithm of the other variance", k}});
  Var y = new_output("kl_divergence", {m.shape()[0]}, {m, l, n, k});
  sum_rows(
      y,
      [](Lanes m, Lanes l, Lanes n, Lanes k) {
        return Scalar(0.5) * (expm1(l - k) - (l - k) + squared(m - n) * exp(-k));
      },
      m.value(), l.value(), n.value(), k.value());
  on_backward(y, [m, l, n, k, y] {
    // ∂y/∂μ = −∂y/∂μ' = (μ − μ') e^−l',  ∂y/∂l = ½ (e^(l − l') − 1),
    // ∂y/∂l' = −½ (e^(l − l') − 1 + (μ − μ')² e^−l')
    const auto derivative = [](Lanes from, Lanes to, Lanes k) { return (from - to) * exp(-k); };
    add_derivatives(m, y, derivative, m.value(), n.value(), k.value());
    add_derivatives(n, y, derivative, n.value(), m.value(), k.value());
    add_derivatives(
        l, y, [](Lanes l, Lanes k) { return Scalar(0.5) * expm1(l - k); }, l.value(), k.value());
    const auto derivative_of_k = [](Lanes m, Lanes l, Lanes n, Lanes k) {
      return Scalar(-0.5) * (expm1(l - k) + squared(m - n) * exp(-k));
    };
    add_derivatives(k, y, derivative_of_k, m.value(), l.value(), n.value(), k.value());
  });
  return y;
}

Var kl_bernoulli(Var q, Scalar rho) {
  if (!(rho > 0 && rho < 1))
    throw ConfigError(fmt::format("kl_bernoulli: rho is {}: it must be above 0 and below 1{}", rho,
                                  in_module(q)));
  if (q.dimension() != 1)
    throw ShapeError(
        fmt::format("kl_bernoulli: q is {}: it must be (N){}", to_text(q.shape()), in_module(q)));
  Var y = new_output("kl_bernoulli", {}, {q});
  sum_rows(
      y, [rho](Lanes q) { return rho * log(rho / q) + (1 - rho) * (std::log1p(-rho) - log1p(-q)); },
      q.value());
  on_backward(y, [q, y, rho] {
    add_derivatives(
        q, y, [rho](Lanes q) { return (1 - rho) / (1 - q) - rho / q; }, q.value());
  });
  return y;
}

}}  // namespace hourglass
