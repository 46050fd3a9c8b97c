#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "hourglass/autograd/operations.hpp"
#include "tests/autograd/registry/registry.hpp"
#include "tests/autograd/registry/rows.hpp"
#include "tests/autograd/registry/samples.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

namespace {

Tensor between_0_and_1(const Shape& shape, std::uint64_t seed) {
  return random_tensor(shape, seed, 0.1, 0.9);
}

double sigmoid_of(double x) {
  return 1 / (1 + std::exp(-x));
}

double log_normal_density(double x, double mean, double log_variance) {
  const double variance = std::exp(log_variance);
  return std::log(std::exp(-(x - mean) * (x - mean) / (2 * variance)) /
                  std::sqrt(2 * std::numbers::pi * variance));
}

double log_bernoulli(double x, double logit) {
  const double p = sigmoid_of(logit);
  return x * std::log(p) + (1 - x) * std::log(1 - p);
}

/// ln of the mass that a logistic distribution has in x's bin, as the difference of the masses on
/// that side of its edges where they are smaller.
double log_logistic_mass(double x, double mean, double log_scale, double levels) {
  const double half = 0.5 / (levels - 1), scale = std::exp(log_scale);
  const auto mass_beyond = [&](double edge) {
    if (std::isinf(edge)) return double((edge > 0) != (x > mean));
    return sigmoid_of((x > mean ? mean - edge : edge - mean) / scale);
  };
  const double infinity = std::numeric_limits<double>::infinity();
  const double above = mass_beyond(x > 1 - half ? infinity : x + half);
  const double below = mass_beyond(x < half ? -infinity : x - half);
  return std::log(std::abs(above - below));
}

/// ln of C(n, k) α (α + 1) … (α + k − 1) β … (β + n − k − 1) / ((α + β) … (α + β + n − 1))
double log_beta_binomial(double k, double alpha, double beta, double n) {
  double log_mass = 0;
  for (double i = 0; i < k; ++i) log_mass += std::log((alpha + i) * (n - i) / (k - i));
  for (double i = 0; i < n - k; ++i) log_mass += std::log(beta + i);
  for (double i = 0; i < n; ++i) log_mass -= std::log(alpha + beta + i);
  return log_mass;
}

double kl_of_gaussians(double mean, double log_variance, double other_mean,
                       double other_log_variance) {
  const double s = std::exp(log_variance), t = std::exp(other_log_variance);
  return std::log(t / s) / 2 + (s + (mean - other_mean) * (mean - other_mean)) / (2 * t) - 0.5;
}

const std::vector<Shape> shapes_of_discrete = {{2, 3}, {1, 1}, {2, 19}, {0, 3}, {3, 0}, {67, 131}};

void add_discretized_logistic(Cases& cases, const Shape& shape, std::size_t levels) {
  const Tensor x = scrambled(shape, levels, static_cast<double>(levels - 1));
  const auto largest = static_cast<double>(levels);
  cases.push_back(
      {.operation = "discretized_logistic_log_likelihood",
       .name = fmt::format("{}_{}_levels", shape_name(shape), levels),
       .inputs = {between_0_and_1(shape, 1), random_tensor(shape, 2, -2, -1)},
       .compute =
           [x, levels](const Vars& v) {
             return discretized_logistic_log_likelihood(v[0].tape().constant(x), v[0], v[1],
                                                        levels);
           },
       .naive =
           [x, largest](const Tensors& inputs) {
             return naive_row_sum({x, inputs[0], inputs[1]}, [largest](const Numbers& each) {
               return log_logistic_mass(each[0], each[1], each[2], largest);
             });
           },
       .torch =
           fmt::format("(lambda x, h: torch.where(x < h, F.logsigmoid((x + h - a) / torch.exp(b)), "
                       "torch.where(x > 1 - h, F.logsigmoid((a - x + h) / torch.exp(b)), "
                       "torch.log(torch.sigmoid((x + h - a) / torch.exp(b)) - "
                       "torch.sigmoid((x - h - a) / torch.exp(b))))).sum(1))({}, {})",
                       torch_scrambled(shape, levels, largest - 1), 0.5 / (largest - 1)),
       .large = shape[0] == 67});
}

void add_beta_binomial(Cases& cases, const Shape& shape, std::size_t n) {
  const Tensor counts = scrambled(shape, n + 1);
  const auto trials = static_cast<double>(n);
  cases.push_back(
      {.operation = "beta_binomial_log_likelihood",
       .name = fmt::format("{}_of_{}", shape_name(shape), n),
       .inputs = {random_tensor(shape, 1, -2, 4), random_tensor(shape, 2, -2, 4)},
       .compute =
           [counts, n](const Vars& v) {
             return beta_binomial_log_likelihood(v[0].tape().constant(counts), v[0], v[1], n);
           },
       .naive =
           [counts, trials](const Tensors& logs) {
             Tensor y = counts;
             for (std::size_t i = 0; i < y.size(); ++i)
               y.data()[i] = static_cast<Scalar>(
                   log_beta_binomial(counts.data()[i], std::exp(double(logs[0].data()[i])),
                                     std::exp(double(logs[1].data()[i])), trials));
             return y;
           },
       .torch = fmt::format("(lambda k, n, p, q, g: g(n + 1) - g(k + 1) - g(n - k + 1) + g(k + p) "
                            "+ g(n - k + q) - g(n + p + q) - g(p) - g(q) + g(p + q))"
                            "({}, torch.full_like(a, {}), torch.exp(a), torch.exp(b), "
                            "torch.lgamma)",
                            torch_scrambled(shape, n + 1), n),
       .large = shape[0] == 67});
}

void add_kl_bernoulli(Cases& cases, const Shape& shape) {
  cases.push_back({.operation = "kl_bernoulli",
                   .name = shape_name(shape),
                   .inputs = {between_0_and_1(shape, 1)},
                   .compute = [](const Vars& v) { return kl_bernoulli(v[0], Scalar(0.0625)); },
                   .naive =
                       [](const Tensors& x) {
                         double sum = 0;
                         for (double q : numbers(x[0]))
                           sum +=
                               0.0625 * std::log(0.0625 / q) + 0.9375 * std::log(0.9375 / (1 - q));
                         return tensor({}, {sum});
                       },
                   .torch = "torch.distributions.kl_divergence(torch.distributions.Bernoulli("
                            "torch.full_like(a, 0.0625)), torch.distributions.Bernoulli(a)).sum()",
                   .large = shape[0] > 100});
}

/// The unbiased estimate, with the kernel 1.5 / (1.5 + d²).
Tensor naive_mmd(const Tensor& x, const Tensor& z) {
  const auto mean = [](const Tensor& a, const Tensor& b, bool one_sample) {
    const std::size_t n = a.shape()[0], m = b.shape()[0], dimensions = a.shape()[1];
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < m; ++j) {
        double distance = 0;
        for (std::size_t d = 0; d < dimensions; ++d)
          distance += std::pow(a.data()[i * dimensions + d] - b.data()[j * dimensions + d], 2);
        if (!one_sample || i != j) sum += 1.5 / (1.5 + distance);
      }
    return sum / static_cast<double>(one_sample ? n * (n - 1) : n * m);
  };
  return tensor({}, {mean(x, x, true) + mean(z, z, true) - 2 * mean(x, z, false)});
}

void add_mmd(Cases& cases) {
  const std::string torch =
      "(lambda k, n, m: (k(a, a).sum() - n) / (n * (n - 1)) + (k(b, b).sum() - m) / (m * (m - 1)) "
      "- 2 * k(a, b).mean())(lambda u, v: (lambda d: 1.5 / (1.5 + d))(((u[:, None] - v[None]) ** "
      "2).sum(-1)), len(a), len(b))";
  const auto compute = [](const Vars& v) { return mmd_imq(v[0], v.back(), Scalar(1.5)); };
  const auto naive = [](const Tensors& x) { return naive_mmd(x[0], x.back()); };
  for (const auto& [x, z] : std::vector<std::pair<Shape, Shape>>{{{2, 1}, {2, 1}},
                                                                 {{3, 2}, {4, 2}},
                                                                 {{2, 19}, {2, 19}},
                                                                 {{2, 0}, {3, 0}},
                                                                 {{41, 37}, {33, 37}}})
    cases.push_back({.operation = "mmd_imq",
                     .name = shape_name(x) + "_" + shape_name(z),
                     .inputs = {away_from_zero(x), random_tensor(z, 2, -0.5, 1.5)},
                     .compute = compute,
                     .naive = naive,
                     .torch = torch,
                     .large = x[0] > 10});
  cases.push_back({.operation = "mmd_imq",
                   .name = "of_a_sample_with_itself",
                   .inputs = {away_from_zero({3, 2})},
                   .compute = compute,
                   .naive = naive,
                   .torch = fmt::format("(lambda b: {})(a)", torch)});
}

}  // namespace

void add_likelihoods(Cases& cases) {
  add_row_sum(cases,
              {.operation = "gaussian_log_likelihood",
               .compute = [](const Vars& v) { return gaussian_log_likelihood(v[0], v[1], v[2]); },
               .term = [](const Numbers& x) { return log_normal_density(x[0], x[1], x[2]); },
               .torch = "torch.distributions.Normal(b, torch.exp(c / 2)).log_prob(a).sum(1)",
               .draws = {away_from_zero, positive, away_from_zero}});
  add_row_sum(cases, {.operation = "bernoulli_log_likelihood",
                      .compute = [](const Vars& v) { return bernoulli_log_likelihood(v[0], v[1]); },
                      .term = [](const Numbers& x) { return log_bernoulli(x[0], x[1]); },
                      .torch = "(a * F.logsigmoid(b) + (1 - a) * F.logsigmoid(-b)).sum(1)",
                      .draws = {between_0_and_1, away_from_zero}});
  for (const Shape& shape : shapes_of_discrete) add_discretized_logistic(cases, shape, 256);
  add_discretized_logistic(cases, {2, 5}, 2);
  for (const Shape& shape : shapes_of_discrete) add_beta_binomial(cases, shape, 255);
  add_beta_binomial(cases, {2, 5}, 3);
  add_row_sum(cases, {.operation = "kl_divergence",
                      .compute = [](const Vars& v) { return kl_divergence(v[0], v[1]); },
                      .term = [](const Numbers& x) { return kl_of_gaussians(x[0], x[1], 0, 0); },
                      .torch = "torch.distributions.kl_divergence(torch.distributions.Normal(a, "
                               "torch.exp(b / 2)), torch.distributions.Normal(torch.zeros_like(a), "
                               "torch.ones_like(a))).sum(1)",
                      .draws = {away_from_zero, away_from_zero},
                      .name = "to_standard_normal_"});
  add_row_sum(cases,
              {.operation = "kl_divergence",
               .compute = [](const Vars& v) { return kl_divergence(v[0], v[1], v[2], v[3]); },
               .term = [](const Numbers& x) { return kl_of_gaussians(x[0], x[1], x[2], x[3]); },
               .torch = "torch.distributions.kl_divergence(torch.distributions.Normal(a, "
                        "torch.exp(b / 2)), torch.distributions.Normal(c, torch.exp(d / "
                        "2))).sum(1)",
               .draws = {away_from_zero, away_from_zero, positive, away_from_zero},
               .name = "of_two_gaussians_"});
  for (const Shape& shape : {Shape{3}, Shape{1}, Shape{19}, Shape{0}, Shape{1031}})
    add_kl_bernoulli(cases, shape);
  add_mmd(cases);
}

}  // namespace hourglass::testing
