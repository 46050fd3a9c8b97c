#include "hourglass/autograd/gradient_accumulator.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

GradientAccumulator Var::grad_accumulator() const {
  return GradientAccumulator(*this);
}

GradientAccumulator::GradientAccumulator(Var var) : pool_(var.tape().pool()) {
  Tape::Node& node = var.tape().node(var);
  if (!node.needs_grad) return;
  pool_.resize(*node.grad, node.value->shape());
  sum_ = node.grad;
  has_earlier_ = node.has_grad;
}

}}  // namespace hourglass
