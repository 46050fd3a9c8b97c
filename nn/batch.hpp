#pragma once

#include <cstdint>
#include <span>

#include "hourglass/autograd/tape.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A batch as a loss sees it: examples, one per row, and the class of each if known. The caller
/// keeps both alive.
struct Batch {
  Batch(const Tensor& x, std::span<const std::uint8_t> labels = {}) : x(x), labels(labels) {}

  const Tensor& x;                       ///< (B, F)
  std::span<const std::uint8_t> labels;  ///< (B), or empty

  std::size_t size() const { return x.shape()[0]; }
};

/// The labels as whole numbers: (B). Throws ConfigError if the batch has none, or has one that is
/// not below `classes`.
Var label_numbers(Tape& tape, const Batch& batch, std::size_t classes);

/// The labels one-hot encoded, each row zeros except for a one at its label: (B, classes). Throws
/// as label_numbers does.
Var one_hot(Tape& tape, const Batch& batch, std::size_t classes);

}}  // namespace hourglass
