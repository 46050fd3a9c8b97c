#include "hourglass/autograd/var.hpp"

#include <fmt/format.h>

#include <type_traits>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/tape.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

static_assert(sizeof(Var) == 16 && std::is_trivially_copyable_v<Var>);

Tape& Var::tape() const {
  if (!tape_) throw TapeError("this Var stands for no value yet: assign one that a tape made");
  return *tape_;
}

const Tensor& Var::value() const {
  return *tape().node(*this).value;
}
const Shape& Var::shape() const {
  return value().shape();
}
bool Var::needs_grad() const {
  return tape().node(*this).needs_grad;
}
Tensor& Var::output() const {
  return tape().node(*this).own_value;
}
std::size_t Var::inputs() const {
  return tape().node(*this).inputs;
}
Var Var::input(std::size_t number) const {
  return Var(tape_, tape_->inputs_[tape().node(*this).first_input + number], pass_);
}

Scalar Var::item() const {
  if (value().size() != 1)
    throw ShapeError(fmt::format("item: the value is {}, not a single number", to_text(shape())));
  return *value().data();
}

const Tensor& Var::grad() const {
  const Tape::Node& node = tape().node(*this);
  if (*node.has_grad) return *node.grad;
  const char* reason =
      tape_->gradients_ == Tape::Gradients::off
          ? "this value has no gradient, since its tape was made with Gradients::off"
      : !node.needs_grad ? "this value has no gradient, since no parameter stands behind it: make "
                           "it a Parameter to get one"
                         : "no gradient has reached this value: call backward first, on a loss "
                           "that depends on it";
  throw TapeError(fmt::format("{}: {}", node.operation, reason));
}

std::string in_module(Var var) {
  return var.tape().context().where();
}

}}  // namespace hourglass
