#include "hourglass/autograd/tape.hpp"

#include "hourglass/autograd/gradient_accumulator.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

Tape::Node& Tape::new_node(const char* operation) {
  end_forward();
  if (size_ == nodes_.size()) nodes_.emplace_back();
  Node& node = nodes_[size_++];
  node.operation = operation;
  node.module = context_.module();
  node.value = &node.own_value;
  node.grad = &node.own_grad;
  node.parameter = nullptr;
  node.has_grad = &node.own_has_grad;
  node.own_has_grad = false;
  node.needs_grad = false;
  node.first_input = static_cast<std::uint32_t>(inputs_.size());
  node.inputs = 0;
  node.backward = Backward();
  return node;
}

Var Tape::parameter(Parameter& parameter) {
  Node& node = new_node("parameter");
  node.value = &parameter.value;
  node.parameter = &parameter;
  node.needs_grad = gradients_ != Gradients::off && !context_.is_frozen();
  if (gradients_ == Gradients::per_thread) {
    PerThreadGradients::Gradient& own = per_thread_gradients_.of(parameter);
    node.grad = &own.sum;
    node.has_grad = &own.has_sum;
  } else {
    node.grad = &parameter.grad;
    node.has_grad = &parameter.has_grad;
  }
  return newest();
}

Var Tape::constant(const Tensor& tensor) {
  new_node("constant").value = &tensor;
  return newest();
}

Var Tape::constant(Tensor&& tensor) {
  Node& node = new_node("constant");
  node.own_value = std::move(tensor);
  return newest();
}

Var Tape::record(const char* operation, const Shape& shape, std::initializer_list<Var> inputs) {
  check_recorded(operation, shape, inputs);
  Node& node = new_node(operation);
  for (Var input : inputs) {
    inputs_.push_back(input.index_);
    node.needs_grad |= gradients_ != Gradients::off && input.needs_grad();
  }
  node.inputs = static_cast<std::uint32_t>(inputs.size());
  pool_.resize(node.own_value, shape);
  if (observer_) [[unlikely]]
    observer_->begin_output(node.own_value);
  return newest();
}

void Tape::backward(Var loss, Scalar weight) {
  check_differentiable(loss, "loss", "loss");
  check_scalar(loss);
  const Scratch seed(pool_, loss.shape());
  seed->fill(weight);
  run_backward(loss, *seed);
}

void Tape::backward(Var y, const Tensor& seed) {
  check_differentiable(y, "value", "y");
  check_seed(y, seed);
  run_backward(y, seed);
}

void Tape::run_backward(Var y, const Tensor& seed) {
  if (observer_) [[unlikely]]
    observer_->begin_backward();
  // What an earlier backward left between parameters and loss has been passed on already.
  for (std::size_t i = 0; i < size_; ++i) nodes_[i].own_has_grad = false;
  y.grad_accumulator() += seed;
  if (observer_) [[unlikely]]
    observer_->seed(y.grad());
  for (std::size_t i = y.index_ + 1; i-- > 0;) {
    const Node& node = nodes_[i];
    if (!node.backward || !*node.has_grad) continue;
    if (observer_) [[unlikely]] {
      observer_->run(i, node.backward);
    } else {
      node.backward();
    }
  }
}

void Tape::reset() {
  size_ = 0;
  inputs_.clear();
  ++pass_;
  if (observer_) [[unlikely]]
    observer_->reset();
}

void Tape::end_forward() {
  if (observer_) [[unlikely]]
    observer_->end_value();
}

TapeEntry Tape::entry(std::size_t number) const {
  const Node& node = nodes_.at(number);
  return {.operation = node.operation,
          .module = node.module,
          .parameter = node.parameter,
          .value = node.value,
          .grad = *node.has_grad ? node.grad : nullptr,
          .needs_grad = node.needs_grad,
          .inputs = {inputs_.data() + node.first_input, node.inputs}};
}

}}  // namespace hourglass
