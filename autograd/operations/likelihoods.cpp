#include <fmt/format.h>

#include <cmath>

#include "hourglass/autograd/base/error.hpp"
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
      : per_scale_(exp(-log_scale)),
        upper_((x - mean + half_width) * per_scale_),
        lower_((x - mean - half_width) * per_scale_),
        width_(2 * half_width * per_scale_),
        is_first_(x < Lanes(half_width)),
        is_last_(x > Lanes(1 - half_width)) {}

  /// σ(u) − σ(l) = σ(u) σ(−l) (1 − e^(l − u)): a product, in which nothing cancels. An edge that
  /// there is not gives the factor 1.
  Lanes log_mass() const {
    return unless(is_last_, log_sigmoid(upper_)) + unless(is_first_, log_sigmoid(-lower_)) +
           unless(is_first_ || is_last_, log(-expm1(-width_)));
  }
  /// ∂/∂u of that is σ(−u), ∂/∂l is −σ(l), and the mean moves both edges down by 1 / scale.
  Lanes derivative_of_mean() const {
    return per_scale_ * (unless(is_first_, sigmoid(lower_)) - unless(is_last_, sigmoid(-upper_)));
  }
  /// The logarithm of the scale shrinks both edges and the width, each by itself.
  Lanes derivative_of_log_scale() const {
    return unless(is_first_, sigmoid(lower_) * lower_) -
           unless(is_last_, sigmoid(-upper_) * upper_) -
           unless(is_first_ || is_last_, width_ / expm1(width_));
  }

 private:
  using Mask = xsimd::batch_bool<Scalar>;
  static Lanes unless(Mask mask, Lanes x) { return select(mask, Lanes(Scalar(0)), x); }

  Lanes per_scale_, upper_, lower_, width_;
  Mask is_first_, is_last_;
};

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
  return -binary_cross_entropy(logits, x);
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

Var kl_divergence(Var mean, Var log_variance) {
  Var m = mean, l = log_variance;
  check_alike("kl_divergence", {{"the mean", m}, {"the logarithm of the variance", l}});
  Var y = new_output("kl_divergence", {m.shape()[0]}, {m, l});
  sum_rows(
      y, [](Lanes m, Lanes l) { return Scalar(0.5) * (m * m + (expm1(l) - l)); }, m.value(),
      l.value());
  on_backward(y, [m, l, y] {
    add_derivatives(m, y, [](Lanes m) { return m; }, m.value());
    add_derivatives(l, y, [](Lanes l) { return Scalar(0.5) * expm1(l); }, l.value());
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
    add_derivatives(q, y, [rho](Lanes q) { return (1 - rho) / (1 - q) - rho / q; }, q.value());
  });
  return y;
}

}}  // namespace hourglass
