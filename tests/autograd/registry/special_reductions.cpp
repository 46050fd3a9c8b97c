#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "hourglass/autograd/operations.hpp"
#include "tests/autograd/registry/special.hpp"

// Reductions, losses and likelihoods at special values.

namespace hourglass::HOURGLASS_PRECISION::testing {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity(),
                 nan = std::numeric_limits<double>::quiet_NaN();

template <class F>
Numbers each(Numbers line, const F& f) {
  for (double& x : line) x = f(x);
  return line;
}
double sum_of(const Numbers& x) {
  return std::accumulate(x.begin(), x.end(), 0.0);
}
double mean_of(const Numbers& x) {
  return sum_of(x) / static_cast<double>(x.size());
}
/// NaN where there is one.
double largest_of(const Numbers& x) {
  double largest = -infinity;
  for (double number : x)
    if (!(number <= largest) && !std::isnan(largest)) largest = number;
  return largest;
}
Numbers negated(const Numbers& x) {
  return each(x, [](double number) { return -number; });
}
/// 1 / n for each of the n that are the largest; NaN for all where there is one.
Numbers shares_of_largest(const Numbers& x) {
  const double largest = largest_of(x);
  const auto n = static_cast<double>(std::count(x.begin(), x.end(), largest));
  return each(x, [=](double number) { return number == largest ? 1 / n : 0 / n; });
}
double logsumexp_of(const Numbers& x) {
  const double largest = largest_of(x), from = std::isfinite(largest) ? largest : 0;
  return from + std::log(sum_of(each(x, [=](double number) { return std::exp(number - from); })));
}
/// x − max x − ln Σ e^(x − max x)
Numbers log_softmax_of(const Numbers& x) {
  const double largest = largest_of(x);
  const Numbers behind = each(x, [=](double number) { return number - largest; });
  return each(behind, [=, total = logsumexp_of(behind)](double number) { return number - total; });
}
Numbers softmax_of(const Numbers& x) {
  return each(log_softmax_of(x), [](double number) { return std::exp(number); });
}
/// The squares leave the range of numbers where a Scalar's do.
double norm_of(const Numbers& x) {
  return std::sqrt(sum_of(each(x, [](double number) { return Scalar(number) * Scalar(number); })));
}
Numbers deviations_of(const Numbers& x) {
  return each(x, [mean = mean_of(x)](double number) { return number - mean; });
}

struct Reduction {
  const char* operation;
  Var (*compute)(Var, Axes);
  double (*value)(const Numbers&);
  Numbers (*rates)(const Numbers&);
  const char* torch;
};

const Reduction reductions[] = {
    {"sum", [](Var x, Axes axes) { return sum(x, axes); }, sum_of,
     [](const Numbers& x) { return Numbers(x.size(), 1); }, "torch.sum(a, {})"},
    {"mean", [](Var x, Axes axes) { return mean(x, axes); }, mean_of,
     [](const Numbers& x) { return Numbers(x.size(), 1 / static_cast<double>(x.size())); },
     "torch.mean(a, {})"},
    // An infinity makes NaN of the whole gradient, where PyTorch leaves ±∞ to the other elements.
    {"var", [](Var x, Axes axes) { return var(x, axes); },
     [](const Numbers& x) {
       const double norm = norm_of(deviations_of(x));
       return norm * norm / (static_cast<double>(x.size()) - 1);
     },
     [](const Numbers& x) {
       return each(deviations_of(deviations_of(x)),
                   [n = static_cast<double>(x.size())](double d) { return 2 / (n - 1) * d; });
     },
     ""},
    {"max", [](Var x, Axes axes) { return max(x, axes); }, largest_of, shares_of_largest,
     "torch.amax(a, {})"},
    {"min", [](Var x, Axes axes) { return min(x, axes); },
     [](const Numbers& x) { return -largest_of(negated(x)); },
     [](const Numbers& x) { return shares_of_largest(negated(x)); }, "torch.amin(a, {})"},
    {"logsumexp", [](Var x, Axes axes) { return logsumexp(x, axes); }, logsumexp_of,
     [](const Numbers& x) {
       if (std::isfinite(largest_of(x))) return softmax_of(x);
       return each(x, [y = logsumexp_of(x)](double number) { return std::exp(number - y); });
     },
     "torch.logsumexp(a, {})"},
    {"norm", [](Var x, Axes axes) { return norm(x, axes); }, norm_of,
     [](const Numbers& x) {
       return each(x, [y = norm_of(x)](double number) { return y == 0 ? 0 : number / y; });
     },
     "torch.linalg.vector_norm(a, dim={})"},
};

void add_special_softmaxes(Cases& cases) {
  add_special_lines(cases, {"softmax", softmax, softmax_of,
                            [](const Numbers& x, const Numbers& dy) {
                              Numbers y = softmax_of(x);
                              const double dot =
                                  std::inner_product(y.begin(), y.end(), dy.begin(), 0.0);
                              for (std::size_t i = 0; i < y.size(); ++i) y[i] *= dy[i] - dot;
                              return y;
                            },
                            "torch.softmax(a, {})", true});
  add_special_lines(cases, {"log_softmax", log_softmax, log_softmax_of,
                            [](const Numbers& x, const Numbers& dy) {
                              Numbers dx = softmax_of(x);
                              for (std::size_t i = 0; i < dx.size(); ++i)
                                dx[i] = dy[i] - dx[i] * sum_of(dy);
                              return dx;
                            },
                            "torch.log_softmax(a, {})", true});
}

}  // namespace

void add_special_reductions(Cases& cases) {
  for (const Reduction& of : reductions)
    add_special_lines(cases,
                      {of.operation, [f = of.compute](Var x, int axis) { return f(x, {axis}); },
                       [f = of.value](const Numbers& x) { return Numbers{f(x)}; },
                       [f = of.rates](const Numbers& x, const Numbers& seed) {
                         return each(f(x), [&](double rate) { return rate * seed[0]; });
                       },
                       of.torch});
  add_special_softmaxes(cases);
}

namespace {

double sign_of(double x) {
  return std::isnan(x) ? x : double((x > 0) - (x < 0));
}
double sigmoid_of(double x) {
  return 1 / (1 + std::exp(-x));
}
double cross_entropy_of(double z, double t) {
  return (z <= 0 ? 0 : z) - z * t + std::log1p(std::exp(-std::abs(z)));
}

/// PyTorch's cross-entropy of an infinite logit is NaN, also where the target is certain.
bool is_infinite(double x) {
  return std::isinf(x);
}

/// Every pair of these.
std::vector<Numbers> pairs(const Numbers& first, const Numbers& second) {
  std::vector<Numbers> all;
  for (double a : first)
    for (double b : second) all.push_back({a, b});
  return all;
}

void add_special_errors(Cases& cases) {
  const std::vector<Numbers> points = pairs({0.5, 0, 1e30, infinity, -infinity, nan},
                                            {0.25, 0.5, 0, -0.0, -1e30, infinity, -infinity, nan});
  add_special_rows(
      cases,
      {.operation = "squared_error",
       .compute = [](const Vars& v) { return squared_error(v[0], v[1]); },
       .value = [](const Numbers& x) { return (x[0] - x[1]) * (x[0] - x[1]); },
       .rates = [](const Numbers& x) { return Numbers{2 * (x[0] - x[1]), 2 * (x[1] - x[0])}; },
       .points = points,
       .torch = "F.mse_loss(a, b, reduction='none').sum(1)"});
  add_special_rows(cases, {.operation = "absolute_error",
                           .compute = [](const Vars& v) { return absolute_error(v[0], v[1]); },
                           .value = [](const Numbers& x) { return std::abs(x[0] - x[1]); },
                           .rates =
                               [](const Numbers& x) {
                                 return Numbers{sign_of(x[0] - x[1]), sign_of(x[1] - x[0])};
                               },
                           .points = points});
  add_special_rows(cases, {.operation = "huber",
                           .compute = [](const Vars& v) { return huber(v[0], v[1]); },
                           .value =
                               [](const Numbers& x) {
                                 const double d = std::abs(x[0] - x[1]);
                                 return d <= 1 ? d * d / 2 : d - 0.5;
                               },
                           .rates =
                               [](const Numbers& x) {
                                 const double d = x[0] - x[1],
                                              rate = std::abs(d) <= 1 ? d : sign_of(d);
                                 return Numbers{rate, -rate};
                               },
                           .points = points,
                           .torch = "F.huber_loss(a, b, reduction='none').sum(1)"});
}

void add_special_likelihoods(Cases& cases) {
  const Numbers logits = {0.5, 0, -0.0, 20, -90, 1000, -1000, 1e30, infinity, -infinity, nan};
  const Numbers targets = {0.5, 0, 1, nan};
  add_special_rows(
      cases, {.operation = "binary_cross_entropy",
              .compute = [](const Vars& v) { return binary_cross_entropy(v[0], v[1]); },
              .value = [](const Numbers& x) { return cross_entropy_of(x[0], x[1]); },
              .rates = [](const Numbers& x) { return Numbers{sigmoid_of(x[0]) - x[1], -x[0]}; },
              .points = pairs(logits, targets),
              .torch = "F.binary_cross_entropy_with_logits(a, b, reduction='none').sum(1)",
              .unlike_torch = is_infinite});
  add_special_rows(
      cases, {.operation = "bernoulli_log_likelihood",
              .compute = [](const Vars& v) { return bernoulli_log_likelihood(v[0], v[1]); },
              .value = [](const Numbers& x) { return -cross_entropy_of(x[1], x[0]); },
              .rates = [](const Numbers& x) { return Numbers{x[1], x[0] - sigmoid_of(x[1])}; },
              .points = pairs(targets, logits),
              .torch = "-F.binary_cross_entropy_with_logits(b, a, reduction='none').sum(1)",
              .unlike_torch = is_infinite});
  std::vector<Numbers> gaussians;
  for (double x : {0.5, 0.25, infinity, nan})
    for (double log_variance : {0.5, -80.0, 80.0, -1000.0, 1000.0, -infinity, infinity, nan})
      gaussians.push_back({x, 0.25, log_variance});
  add_special_rows(
      cases, {.operation = "gaussian_log_likelihood",
              .compute = [](const Vars& v) { return gaussian_log_likelihood(v[0], v[1], v[2]); },
              .value =
                  [](const Numbers& x) {
                    const double d = x[0] - x[1];
                    return -0.5 * (1.8378770664093454836 + x[2] + d * d * std::exp(-x[2]));
                  },
              .rates =
                  [](const Numbers& x) {
                    const double d = x[0] - x[1], precision = std::exp(-x[2]);
                    return Numbers{-d * precision, d * precision, 0.5 * (d * d * precision - 1)};
                  },
              .points = gaussians});
  std::vector<Numbers> both;
  for (const Numbers& of : pairs({0.5, 0, 1e10, infinity, nan},
                                 {0.5, 0, -80, 80, -1000, 1000, -infinity, infinity, nan}))
    both.push_back(of);
  add_special_rows(
      cases,
      {.operation = "kl_divergence",
       .compute = [](const Vars& v) { return kl_divergence(v[0], v[1]); },
       .value = [](const Numbers& x) { return 0.5 * (x[0] * x[0] + (std::expm1(x[1]) - x[1])); },
       .rates = [](const Numbers& x) { return Numbers{x[0], 0.5 * std::expm1(x[1])}; },
       .points = both});
}

/// One success of three.
void add_special_beta_binomial(Cases& cases) {
  const auto sum_of_inverses = [](double x, int n) {
    double sum = 0;
    for (int i = 0; i < n; ++i) sum += 1 / (x + i);
    return sum;
  };
  add_special_points(
      cases,
      {.operation = "beta_binomial_log_likelihood",
       .compute =
           [](const Vars& v) {
             return beta_binomial_log_likelihood(v[0].tape().constant(filled(v[0].shape(), 1)),
                                                 v[0], v[1], 3);
           },
       .value =
           [](const Numbers& x) {
             const double a = std::exp(x[0]), b = std::exp(x[1]), both = a + b;
             return std::log(3) + std::log(a / both) + std::log(b / (both + 1)) +
                    std::log((b + 1) / (both + 2));
           },
       .rates =
           [=](const Numbers& x) {
             const double a = std::exp(x[0]), b = std::exp(x[1]);
             return Numbers{1 - a * sum_of_inverses(a + b, 3),
                            b * (sum_of_inverses(b, 2) - sum_of_inverses(a + b, 3))};
           },
       .points = pairs({0.5, 10, 25, -25, 60, 300, -300, nan}, {0.25, 0, 25, -60, 300, nan})});
}

void add_special_kl_bernoulli(Cases& cases) {
  add_special_rows(
      cases,
      {.operation = "kl_bernoulli",
       .compute = [](const Vars& v) { return kl_bernoulli(v[0], Scalar(0.0625)); },
       .value =
           [](const Numbers& x) {
             return 0.0625 * std::log(0.0625 / x[0]) +
                    0.9375 * (std::log1p(-0.0625) - std::log1p(-x[0]));
           },
       .rates = [](const Numbers& x) { return Numbers{0.9375 / (1 - x[0]) - 0.0625 / x[0]}; },
       .points = {{0.5}, {0}, {-0.0}, {1}, {-1}, {2}, {infinity}, {nan}}},
      true);
}

}  // namespace

void add_special_losses(Cases& cases) {
  add_special_errors(cases);
  add_special_likelihoods(cases);
  add_special_beta_binomial(cases);
  add_special_kl_bernoulli(cases);
}

}  // namespace hourglass::testing
