#pragma once

#include <string>

#include "hourglass/autograd/base/tensor.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A tensor that training changes, and the sum of the gradients that reached it.
struct Parameter {
  explicit Parameter(const Shape& shape) : value(filled(shape)), grad(filled(shape)) {}
  Parameter(const Parameter&) = delete;  // a tape refers to it by its address
  Parameter& operator=(const Parameter&) = delete;

  /// Forgets the gradient. Until the next backward, `grad`'s numbers mean nothing.
  void zero_grad() { has_grad = false; }

  Tensor value;
  Tensor grad;
  bool has_grad = false;  ///< whether a backward has reached it since zero_grad
  std::string name;       ///< "encoder.0.weight", once a module has registered it
};

}}  // namespace hourglass
