#include "tests/autograd/registry/registry.hpp"

#include "tests/autograd/registry/special.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

const Cases& registry() {
  static const Cases all = [] {
    Cases cases;
    add_elementwise(cases);
    add_activations(cases);
    add_reductions(cases);
    add_shapes(cases);
    add_indexing(cases);
    add_products(cases);
    add_convolutions(cases);
    add_pooling(cases);
    add_normalization(cases);
    add_noise(cases);
    add_losses(cases);
    add_likelihoods(cases);
    return cases;
  }();
  return all;
}

const Cases& special_cases() {
  static const Cases all = [] {
    Cases cases;
    add_special_functions(cases);
    add_special_operands(cases);
    add_special_reductions(cases);
    add_special_losses(cases);
    return cases;
  }();
  return all;
}

}  // namespace hourglass::testing
