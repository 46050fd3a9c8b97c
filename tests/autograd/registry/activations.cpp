#include "autograd/operations.hpp"
#include "tests/autograd/registry/registry.hpp"
#include "tests/autograd/registry/samples.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::inline HOURGLASS_PRECISION::testing {

void add_activations(Cases& cases) {
  add_unary(cases, "relu", away_from_zero, relu);
  add_unary(cases, "leaky_relu", away_from_zero, [](Var x) { return leaky_relu(x, 0.2); });
  add_unary(cases, "elu", away_from_zero, elu);
  add_unary(cases, "silu", away_from_zero, silu);
  add_unary(cases, "softplus", away_from_zero, softplus);
  add_unary(cases, "sigmoid", away_from_zero, sigmoid);
  add_unary(cases, "tanh", away_from_zero, tanh);
  add_unary(cases, "selu", away_from_zero, selu);
  add_unary(cases, "gelu", away_from_zero, gelu);
  add_unary(cases, "hard_shrink", away_from_zero, [](Var x) { return hard_shrink(x, 1.25); });
  add_unary(cases, "soft_threshold", away_from_zero, [](Var x) { return soft_threshold(x, 1.25); });
}

}  // namespace hourglass::inline HOURGLASS_PRECISION::testing
