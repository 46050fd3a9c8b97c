#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <xtensor/xmath.hpp>
#include <xtensor/xnoalias.hpp>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/base/tensor.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What `elementwise` returns: a tensor that an expression is computed into.
class Elementwise {
 public:
  explicit Elementwise(Tensor& y) : y_(y) {}

  template <class E>
  void operator=(const xt::xexpression<E>& expression) {
    const E& e = expression.derived_cast();
    if (!fits(e))
      throw ShapeError(
          fmt::format("elementwise: all tensors of the expression must be {}: one that is "
                      "broadcast needs xt::noalias",
                      to_text(y_.shape())));
    xt::linear_assigner<xt::xassign_traits<Tensor, E>::simd_assign()>::run(y_, e);
  }

  template <class E>
  void operator+=(const xt::xexpression<E>& expression) {
    *this = y_ + expression.derived_cast();
  }

  /// Whether every tensor of the expression has y's shape.
  template <class E>
  bool fits(const E& e) const {
    return std::equal(e.shape().begin(), e.shape().end(), y_.shape().begin(), y_.shape().end()) &&
           e.has_linear_assign(y_.strides());
  }

 private:
  Tensor& y_;
};

/// elementwise(y) = f(a, b, …) and elementwise(y) += f(a, b, …), where a, b, … have y's shape: one
/// loop from the first number to the last. xt::noalias(y) = … does the same and can broadcast, for
/// which it compiles further loops wherever it is used: that takes three times as long. Throws
/// ShapeError where a tensor has another shape.
inline Elementwise elementwise(Tensor& y) {
  return Elementwise(y);
}

}}  // namespace hourglass
