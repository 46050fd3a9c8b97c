#pragma once

#include <utility>

#include "hourglass/autograd/kernels/broadcasting.hpp"
#include "hourglass/autograd/kernels/elementwise.hpp"
#include "hourglass/autograd/tape.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A contribution to a gradient, to be written at once into `sum`: in the place of what is there,
/// or added to it, as `how` says. False where no gradient is wanted.
struct Contribution {
  explicit operator bool() const { return sum != nullptr; }
  /// For a contribution to some of the sum's numbers only, which is then added to them: makes them
  /// zero where it is the first.
  void begin_at_zero() const {
    if (how == Sum::replace) sum->fill(0);
  }

  Tensor* sum = nullptr;
  Sum how = Sum::replace;
};

/// Where the gradient of one value is summed up. The rules of every operation's backward are kept
/// here, once: nothing is computed for a value that needs no gradient, contributions add up (the
/// first one replaces what an earlier step left in memory), and a contribution of the shape that
/// the value was broadcast to is reduced to the value's own shape.
class GradientAccumulator {
 public:
  explicit GradientAccumulator(Var var);

  /// Whether the value needs a gradient; where not, the functions below do nothing.
  bool is_wanted() const { return sum_ != nullptr; }

  /// sum += contribution, an expression of tensors of the value's shape.
  template <class E>
  void operator+=(const xt::xexpression<E>& contribution);

  /// sum += contribution, where the value or another tensor of the expression was broadcast: the
  /// axes along which the value was repeated are summed.
  template <class E>
  void add_reduced(const xt::xexpression<E>& contribution);

  /// sum += `gradient`, read as having the shape `kept` and repeated along its axes of size 1.
  void add_broadcast(const Tensor& gradient, const Shape& kept) {
    if (is_wanted()) broadcast_to(gradient, kept, *sum_, next());
  }

  /// For a contribution that a kernel writes by itself.
  Contribution contribute() { return is_wanted() ? Contribution{sum_, next()} : Contribution(); }

 private:
  /// `replace` for the first contribution of a backward.
  Sum next() { return std::exchange(*has_earlier_, true) ? Sum::accumulate : Sum::replace; }

  TensorPool& pool_;
  Tensor* sum_ = nullptr;
  bool* has_earlier_ = nullptr;
};

template <class E>
void GradientAccumulator::operator+=(const xt::xexpression<E>& contribution) {
  if (!is_wanted()) return;
  if (next() == Sum::accumulate) {
    elementwise(*sum_) += contribution;
  } else {
    elementwise(*sum_) = contribution;
  }
}

template <class E>
void GradientAccumulator::add_reduced(const xt::xexpression<E>& contribution) {
  if (!is_wanted()) return;
  const E& gradient = contribution.derived_cast();
  if (elementwise(*sum_).fits(gradient)) {
    *this += gradient;
  } else if constexpr (std::is_same_v<E, Tensor>) {
    reduce_to(gradient, *sum_, sum_->shape(), next());
  } else {
    const Scratch whole(pool_, Shape(gradient.shape().begin(), gradient.shape().end()));
    xt::noalias(*whole) = gradient;
    reduce_to(*whole, *sum_, sum_->shape(), next());
  }
}

}}  // namespace hourglass
