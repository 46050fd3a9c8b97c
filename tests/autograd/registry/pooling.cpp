#include "autograd/operations.hpp"
#include "tests/autograd/registry/registry.hpp"
#include "tests/autograd/registry/samples.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::inline HOURGLASS_PRECISION::testing {

void add_pooling(Cases&) {}

}  // namespace hourglass::inline HOURGLASS_PRECISION::testing
