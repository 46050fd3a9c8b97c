#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "hourglass/autograd/base/tensor.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

class GradientAccumulator;
class Tape;

/// A handle to one value on a tape: 16 bytes, copied freely. Valid until the tape's next reset;
/// every access after that throws TapeError.
class Var {
 public:
  Var() = default;

  const Tensor& value() const;
  const Shape& shape() const;
  std::size_t dimension() const { return shape().size(); }
  /// The one number of a value that has one element. Throws ShapeError for any other.
  Scalar item() const;

  /// Whether this value depends on any parameter, so that backward has to visit it.
  bool needs_grad() const;
  /// d loss / d value, once backward has run. Throws TapeError where none arrived.
  const Tensor& grad() const;

  Tape& tape() const;

  // For those who write an operation (see operation.hpp):
  Tensor& output() const;  ///< the value, to be computed by the operation that makes it
  /// Where the operations that use it add their contributions to its gradient.
  GradientAccumulator grad_accumulator() const;
  std::size_t inputs() const;           ///< how many values it was computed from
  Var input(std::size_t number) const;  ///< one of them, in the operation's order

 private:
  friend class Tape;
  Var(Tape* tape, std::uint32_t index, std::uint32_t pass)
      : tape_(tape), index_(index), pass_(pass) {}

  Tape* tape_ = nullptr;
  std::uint32_t index_ = 0;
  std::uint32_t pass_ = 0;  // which of the tape's programs it belongs to; reset starts the next one
};

/// " (in encoder.0)", or "" outside all modules: the end of a message about a value.
std::string in_module(Var var);

}}  // namespace hourglass
