#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "hourglass/autograd/backward.hpp"
#include "hourglass/autograd/parameter.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// One of the values that a tape has recorded.
struct TapeEntry {
  const char* operation;
  const std::string* module;   ///< "encoder.0"; nullptr outside all modules
  const Parameter* parameter;  ///< where it refers to one
  const Tensor* value;
  const Tensor* grad;  ///< nullptr where none has arrived
  bool needs_grad;
  std::span<const std::uint32_t> inputs;  ///< their numbers on the tape
};

/// Told of each step of a program, forward and backward; tools/watch.hpp finds faults and measures
/// times with it.
class TapeObserver {
 public:
  virtual ~TapeObserver() = default;
  /// The newest value, if any, is complete; another is recorded next, or backward begins.
  virtual void end_value() = 0;
  /// An operation is about to compute this output.
  virtual void begin_output(Tensor& output) = 0;
  virtual void begin_backward() = 0;
  virtual void seed(const Tensor& gradient) = 0;
  /// Has to call `backward`, which is that of value `number`.
  virtual void run(std::size_t number, const Backward& backward) = 0;
  virtual void reset() = 0;
};

}}  // namespace hourglass
