#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/operations.hpp"
#include "tests/autograd/registry/registry.hpp"
#include "tests/autograd/registry/rows.hpp"
#include "tests/autograd/registry/samples.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

namespace {

Tensor targets(const Shape& shape, std::uint64_t seed) {
  return random_tensor(shape, seed, 0.1, 0.9);
}

/// By turns 0.1 … 0.9 and 1.1 … 2.9 away from targets.
Tensor near_and_far(const Shape& shape, std::uint64_t seed) {
  Tensor x = random_tensor(shape, seed, 2, 3);
  for (std::size_t i = 0; i < x.size(); i += 2) x.data()[i] = 0;
  return x;
}

double cross_entropy_of(double z, double t) {
  const double p = 1 / (1 + std::exp(-z));
  return -t * std::log(p) - (1 - t) * std::log(1 - p);
}

double huber_of(double d, double delta) {
  d = std::abs(d);
  return d <= delta ? d * d / 2 : delta * (d - delta / 2);
}

void add_huber(Cases& cases, const std::string& name, double delta) {
  add_row_sum(
      cases,
      {.operation = "huber",
       .compute = [delta](const Vars& v) { return huber(v[0], v[1], static_cast<Scalar>(delta)); },
       .term = [delta](const Numbers& x) { return huber_of(x[0] - x[1], delta); },
       .torch = fmt::format("F.huber_loss(a, b, reduction='none', delta={}).sum(1)", delta),
       .draws = {near_and_far, targets},
       .name = name});
}

Tensor naive_cross_entropy(const Tensor& z, const Tensor& labels) {
  const std::size_t classes = z.shape()[1];
  Tensor y = filled({z.shape()[0]});
  for (std::size_t b = 0; b < y.size(); ++b) {
    const Scalar* row = z.data() + b * classes;
    const double label = row[static_cast<std::size_t>(labels.data()[b])];
    const double from = std::isfinite(label) ? label : 0;
    double sum = 0;
    for (std::size_t j = 0; j < classes; ++j) sum += std::exp(row[j] - from);
    y.data()[b] = static_cast<Scalar>(std::log(sum) - (label - from));
  }
  return y;
}

void add_cross_entropy(Cases& cases, const Shape& shape) {
  const Tensor labels = scrambled({shape[0]}, shape[1]);
  cases.push_back(
      {.operation = "cross_entropy",
       .name = shape_name(shape),
       .inputs = {away_from_zero(shape)},
       .compute =
           [labels](const Vars& v) { return cross_entropy(v[0], v[0].tape().constant(labels)); },
       .naive = [labels](const Tensors& x) { return naive_cross_entropy(x[0], labels); },
       .torch = fmt::format("F.cross_entropy(a, {}.long(), reduction='none')",
                            torch_scrambled({shape[0]}, shape[1])),
       .large = shape[0] > 10});
}

}  // namespace

void add_losses(Cases& cases) {
  add_row_sum(cases, {.operation = "squared_error",
                      .compute = [](const Vars& v) { return squared_error(v[0], v[1]); },
                      .term = [](const Numbers& x) { return (x[0] - x[1]) * (x[0] - x[1]); },
                      .torch = "F.mse_loss(a, b, reduction='none').sum(1)",
                      .draws = {away_from_zero, targets}});
  // Its kink is where both are equal, as they are where one value is both.
  add_row_sum(cases, {.operation = "absolute_error",
                      .compute = [](const Vars& v) { return absolute_error(v[0], v[1]); },
                      .term = [](const Numbers& x) { return std::abs(x[0] - x[1]); },
                      .torch = "F.l1_loss(a, b, reduction='none').sum(1)",
                      .draws = {near_and_far, targets}});
  // Not smooth enough for differences at |x − t| = δ; the draws stay 0.1 away.
  add_huber(cases, "delta_1_", 1);
  add_huber(cases, "delta_one_sixteenth_", 0.0625);
  add_row_sum(cases, {.operation = "binary_cross_entropy",
                      .compute = [](const Vars& v) { return binary_cross_entropy(v[0], v[1]); },
                      .term = [](const Numbers& x) { return cross_entropy_of(x[0], x[1]); },
                      .torch = "F.binary_cross_entropy_with_logits(a, b, reduction='none').sum(1)",
                      .draws = {away_from_zero, targets}});
  for (const Shape& shape : {Shape{2, 3}, Shape{1, 1}, Shape{3, 19}, Shape{0, 3}, Shape{257, 37}})
    add_cross_entropy(cases, shape);
}

}  // namespace hourglass::testing
