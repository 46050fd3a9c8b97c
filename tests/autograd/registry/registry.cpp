#include "tests/autograd/registry/registry.hpp"

namespace hourglass::inline HOURGLASS_PRECISION::testing {

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

}  // namespace hourglass::inline HOURGLASS_PRECISION::testing
