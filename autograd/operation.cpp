#include "autograd/operation.hpp"

#include <utility>

namespace hourglass::inline HOURGLASS_PRECISION {

GradSum Var::grad_sum() const {
  return GradSum(tape(), *this);
}

GradSum::GradSum(Tape& tape, Var var) : tape_(tape) {
  Tape::Node& node = tape.node(var);
  if (!node.needs_grad) return;
  tape.reshape(*node.grad, node.value->shape());
  sum_ = node.grad;
  has_earlier_ = node.has_grad;
}

Sum GradSum::begin() const {
  return std::exchange(*has_earlier_, true) ? Sum::accumulate : Sum::replace;
}

void gemm(Factor a, Factor b, GradSum sum) {
  if (sum.is_wanted()) gemm(a, b, sum.tensor(), sum.begin());
}

Var new_output(const char* operation, const Shape& shape, std::initializer_list<Var> inputs) {
  return inputs.begin()->tape().record(operation, shape, inputs);
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
