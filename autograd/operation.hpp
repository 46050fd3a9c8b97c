#pragma once

#include <xtensor/xmath.hpp>
#include <xtensor/xnoalias.hpp>

#include "autograd/kernels/broadcasting.hpp"
#include "autograd/kernels/gemm.hpp"
#include "autograd/tape.hpp"

// What an operation is written with. An operation is one function: it checks shapes, asks for its
// output, computes it, and says what backward does.
//
//     Var sigmoid(Var x) {
//       Var y = new_output("sigmoid", x.shape(), {x});
//       xt::noalias(y.output()) = 1 / (1 + xt::exp(-x.value()));
//       on_backward(y, [x, y] { x.grad_sum() += y.grad() * y.value() * (1 - y.value()); });
//       return y;
//     }

namespace hourglass::inline HOURGLASS_PRECISION {

/// A new value of this shape on the inputs' tape, to be computed into `output()`, whole, before the
/// next one is asked for. Throws TapeError where the inputs are on different tapes.
Var new_output(const char* operation, const Shape& shape, std::initializer_list<Var> inputs);

/// Which axis of x this is, counted from the front; a negative one counts from the end. Throws
/// ShapeError for an axis that x has not.
std::size_t checked_axis(const char* operation, Var x, int axis);

/// Says what adds y's gradient, on its way backward, to the gradients of y's inputs.
template <class F>
void on_backward(Var y, const F& backward) {
  if (y.needs_grad()) y.tape().on_backward(y, Backward(backward));
}

/// Where the gradient of one value is summed up. The rules of every operation's backward are kept
/// here, once: nothing is computed for a value that needs no gradient, contributions add up (the
/// first one replaces what an earlier step left in memory), and a contribution of the shape that
/// the value was broadcast to is summed back into the value's own shape.
class GradSum {
 public:
  GradSum(Tape& tape, Var var);

  /// sum += contribution, an expression of the value's shape or of a shape it was broadcast to.
  template <class E>
  void operator+=(const xt::xexpression<E>& contribution) const;

  /// sum += `gradient`, read as having the shape `kept` and repeated along its axes of size 1.
  void add_spread(const Tensor& gradient, const Shape& kept) const {
    if (is_wanted()) spread_to(gradient, kept, *sum_, begin());
  }

  bool is_wanted() const { return sum_ != nullptr; }
  /// For a contribution that is written straight into the sum: how, and where.
  Sum begin() const;
  Tensor& tensor() const { return *sum_; }

 private:
  Tape& tape_;
  Tensor* sum_ = nullptr;
  bool* has_earlier_ = nullptr;
};

/// sum += a b
void gemm(Factor a, Factor b, GradSum sum);

template <class E>
void GradSum::operator+=(const xt::xexpression<E>& contribution) const {
  if (!is_wanted()) return;
  const E& gradient = contribution.derived_cast();
  const auto& shape = gradient.shape();
  if (std::equal(shape.begin(), shape.end(), sum_->shape().begin(), sum_->shape().end())) {
    if (begin() == Sum::accumulate) {
      xt::noalias(*sum_) += gradient;
    } else {
      xt::noalias(*sum_) = gradient;
    }
  } else if constexpr (std::is_same_v<E, Tensor>) {
    sum_to(gradient, *sum_, sum_->shape(), begin());
  } else {
    Tensor& whole = tape_.scratch(0, Shape(shape.begin(), shape.end()));
    xt::noalias(whole) = gradient;
    sum_to(whole, *sum_, sum_->shape(), begin());
  }
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
