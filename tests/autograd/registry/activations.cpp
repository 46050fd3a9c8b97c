#include <cmath>

#include "hourglass/autograd/operations.hpp"
#include "tests/autograd/registry/naive.hpp"
#include "tests/autograd/registry/registry.hpp"
#include "tests/autograd/registry/samples.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

namespace {

/// An activation, and where it has kinks the slope that it takes there.
struct Activation {
  Pointwise of;
  Numbers kinks = {};
  Scalar slope = 0;
};

double shrunk(double x, double threshold) {
  return x > threshold ? x - threshold : x < -threshold ? x + threshold : 0;
}

const std::vector<Activation>& activations() {
  static const std::vector<Activation> all = {
      {{"relu", relu, [](double x) { return std::fmax(x, 0); }, "torch.relu(a)"}, {0, -0.0}, 0},
      {{"leaky_relu", [](Var x) { return leaky_relu(x, 0.25); },
        [](double x) { return x > 0 ? x : x / 4; }, "F.leaky_relu(a, 0.25)"},
       {0, -0.0},
       0.25},
      {{"elu", elu, [](double x) { return x > 0 ? x : std::exp(x) - 1; }, "F.elu(a)"}, {0}, 1},
      {{"selu", selu,
        [](double x) {
          return 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (std::exp(x) - 1));
        },
        "F.selu(a)"},
       {0},
       1.7580993408473768},  // λ α, that of the left
      {{.operation = "silu",
        .compute = silu,
        .naive = [](double x) { return x / (1 + std::exp(-x)); },
        .torch = "F.silu(a)",
        .also_large = true}},
      {{.operation = "softplus",
        .compute = softplus,
        .naive = [](double x) { return std::log(1 + std::exp(x)); },
        .torch = "F.softplus(a)",
        .also_large = true}},
      {{.operation = "sigmoid",
        .compute = sigmoid,
        .naive = [](double x) { return std::exp(x) / (std::exp(x) + 1); },
        .torch = "torch.sigmoid(a)",
        .also_large = true}},
      {{.operation = "tanh",
        .compute = tanh,
        .naive = [](double x) { return std::sinh(x) / std::cosh(x); },
        .torch = "torch.tanh(a)",
        .also_large = true}},
      {{.operation = "gelu",
        .compute = gelu,
        .naive = [](double x) { return x * std::erfc(-x / std::sqrt(2)) / 2; },
        .torch = "F.gelu(a)",
        .also_large = true}},
      {{"hard_shrink", [](Var x) { return hard_shrink(x, 1.25); },
        [](double x) { return shrunk(x, 1.25) == 0 ? 0 : x; }, "F.hardshrink(a, 1.25)"},
       {1.25, -1.25},
       0},
      {{"soft_threshold", [](Var x) { return soft_threshold(x, 1.25); },
        [](double x) { return shrunk(x, 1.25); }, "F.softshrink(a, 1.25)"},
       {1.25, -1.25},
       0},
  };
  return all;
}

}  // namespace

void add_activations(Cases& cases) {
  for (const auto& [of, kinks, slope] : activations()) {
    add_pointwise(cases, of);
    if (!kinks.empty()) add_at_kinks(cases, of, kinks, slope);
  }
}

}  // namespace hourglass::testing
