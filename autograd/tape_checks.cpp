#include <fmt/format.h>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/tape.hpp"

// What a tape refuses, and how it says so.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

void Tape::check_recorded(const char* operation, const Shape& shape,
                          std::initializer_list<Var> inputs) const {
  for (Var input : inputs) {
    if (&input.tape() != this)
      throw TapeError(
          fmt::format("{}: its inputs were recorded on two different tapes: a program is recorded "
                      "on one; bring the other's number in by tape.constant(y.value()){}",
                      operation, context_.where()));
    check_current(input);
  }
  try {
    element_count(shape);
  } catch (const ShapeError& error) {
    throw ShapeError(fmt::format("{}: {}{}", operation, error.what(), context_.where()));
  }
}

void Tape::fail_after_reset() const {
  throw TapeError(
      "this value was recorded before the tape's last reset, which forgot it: compute it again, "
      "or copy what you need before the reset" +
      context_.where());
}

void Tape::check_differentiable(Var y, const char* name, const char* variable) const {
  if (&y.tape() != this)
    throw TapeError(
        fmt::format("backward: the {0} was computed on another tape: call {1}.tape().backward({1})",
                    name, variable));
  if (gradients_ == Gradients::off)
    throw TapeError(
        "backward: this tape was made with Gradients::off and remembers nothing for backward: "
        "record the program on a tape with Gradients::on");
  if (!y.needs_grad())
    throw TapeError(fmt::format(
        "backward: the {} depends on no parameter, so there is nothing to give a gradient to: "
        "tape.parameter(p) brings one into the program, tape.constant(p.value) does not",
        name));
}

void Tape::check_scalar(Var loss) const {
  if (loss.value().size() != 1)
    throw TapeError(fmt::format(
        "backward: the loss must be a single number, but it is {}: sum it or take its mean first",
        to_text(loss.shape())));
}

void Tape::check_seed(Var y, const Tensor& seed) const {
  if (seed.shape() != y.shape())
    throw ShapeError(fmt::format("backward: y is {} but its seed is {}: they must be alike",
                                 to_text(y.shape()), to_text(seed.shape())));
}

}}  // namespace hourglass
