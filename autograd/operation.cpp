#include "hourglass/autograd/operation.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

Var new_output(const char* operation, const Shape& shape, std::initializer_list<Var> inputs) {
  return inputs.begin()->tape().record(operation, shape, inputs);
}

void gemm(Factor a, Factor b, GradientAccumulator sum) {
  if (const Contribution c = sum.contribute()) gemm(a, b, *c.sum, c.how);
}

}}  // namespace hourglass
