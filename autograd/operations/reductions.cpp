#include "hourglass/autograd/operation.hpp"
#include "hourglass/autograd/operations.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

bool is_reduced(unsigned mask, std::size_t axis) {
  return mask >> axis & 1;
}

/// The shape with the reduced axes kept as 1: what a reduction's result broadcasts back from.
Shape kept_shape(const Shape& shape, unsigned mask) {
  Shape kept = shape;
  for (std::size_t axis = 0; axis < kept.size(); ++axis)
    if (is_reduced(mask, axis)) kept[axis] = 1;
  return kept;
}

Shape dropped_shape(const Shape& shape, unsigned mask) {
  Shape dropped;
  for (std::size_t axis = 0; axis < shape.size(); ++axis)
    if (!is_reduced(mask, axis)) dropped.push_back(shape[axis]);
  return dropped;
}

/// What a reduction of x comes to.
struct Reduction {
  Reduction(Var x, Axes axes, bool keep_dims)
      : mask(axes.mask(x.dimension())),
        kept(kept_shape(x.shape(), mask)),
        shape(keep_dims ? kept : dropped_shape(x.shape(), mask)) {}

  unsigned mask;  // one bit for each axis that is reduced
  Shape kept;     // x's shape with those axes as 1
  Shape shape;    // the result's
};

}  // namespace

Var sum(Var x, Axes axes, bool keep_dims) {
  Reduction r(x, axes, keep_dims);
  Var y = new_output("sum", r.shape, {x});
  reduce_to(x.value(), y.output(), r.kept, Sum::replace);
  on_backward(y, [x, y, mask = r.mask] {
    x.grad_accumulator().add_broadcast(y.grad(), kept_shape(x.shape(), mask));
  });
  return y;
}

Var mean(Var x, Axes axes, bool keep_dims) {
  Var total = sum(x, axes, keep_dims);
  const auto terms =
      static_cast<Scalar>(x.value().size()) / static_cast<Scalar>(total.value().size());
  return total / terms;
}

Var var(Var x, Axes axes, bool keep_dims, Scalar correction) {
  Var squares = sum(square(x - mean(x, axes, true)), axes, keep_dims);
  const auto terms =
      static_cast<Scalar>(x.value().size()) / static_cast<Scalar>(squares.value().size());
  return squares / (terms - correction);
}

Var max(Var x, Axes axes, bool keep_dims) {
  Reduction r(x, axes, keep_dims);
  Var y = new_output("max", r.shape, {x});
  reduce_max_to(x.value(), y.output(), r.kept);
  on_backward(y, [x, y, mask = r.mask] {
    if (!x.needs_grad()) return;
    const Shape kept = kept_shape(x.shape(), mask);
    // first = [x = max], and each group's dy is shared by its Σ first
    const Scratch first = scratch(x, x.shape());
    broadcast_to(y.value(), kept, *first, Sum::replace);
    elementwise(*first) = xt::where(xt::equal(x.value(), *first), Scalar(1), Scalar(0));
    const Scratch shared = scratch(x, y.shape());
    reduce_to(*first, *shared, kept, Sum::replace);
    elementwise(*shared) = y.grad() / *shared;
    const Scratch dy = scratch(x, x.shape());
    broadcast_to(*shared, kept, *dy, Sum::replace);
    x.grad_accumulator() += *first * *dy;
  });
  return y;
}

Var min(Var x, Axes axes, bool keep_dims) {
  return -max(-x, axes, keep_dims);
}

Var logsumexp(Var x, Axes axes, bool keep_dims) {
  Reduction r(x, axes, keep_dims);
  Var y = new_output("logsumexp", r.shape, {x});
  // With m = max x:  ln Σ eˣ = m + ln Σ e^(x − m), whose largest term is 1
  const Scratch m = scratch(x, r.shape);
  reduce_max_to(x.value(), *m, r.kept);
  elementwise(*m) = xt::where(xt::isfinite(*m), *m, Scalar(0));  // ∞ − ∞ would be NaN
  const Scratch terms = scratch(x, x.shape());
  broadcast_to(*m, r.kept, *terms, Sum::replace);
  elementwise(*terms) = xt::exp(x.value() - *terms);
  reduce_to(*terms, y.output(), r.kept, Sum::replace);
  elementwise(y.output()) = *m + xt::log(y.output());
  on_backward(y, [x, y, mask = r.mask] {
    if (!x.needs_grad()) return;
    // ∂y/∂x = e^(x − y) / Σ e^(x − y), whose sum would be 1 if large y were not rounded
    const Shape kept = kept_shape(x.shape(), mask);
    const Scratch p = scratch(x, x.shape());
    broadcast_to(y.value(), kept, *p, Sum::replace);
    elementwise(*p) = xt::exp(x.value() - *p);
    const Scratch each = scratch(x, y.shape());
    reduce_to(*p, *each, kept, Sum::replace);
    elementwise(*each) = xt::where(*each > Scalar(0), y.grad() / *each, y.grad());
    const Scratch dy = scratch(x, x.shape());
    broadcast_to(*each, kept, *dy, Sum::replace);
    x.grad_accumulator() += *dy * *p;
  });
  return y;
}

Var norm(Var x, Axes axes, bool keep_dims) {
  Reduction r(x, axes, keep_dims);
  Var y = new_output("norm", r.shape, {x});
  const Scratch squares = scratch(x, x.shape());
  elementwise(*squares) = x.value() * x.value();
  reduce_to(*squares, y.output(), r.kept, Sum::replace);
  elementwise(y.output()) = xt::sqrt(y.output());
  on_backward(y, [x, y, mask = r.mask] {
    if (!x.needs_grad()) return;
    // dx += dy x / y, and 0 where y is 0
    const Scratch derivative = scratch(x, y.shape());
    elementwise(*derivative) =
        xt::where(xt::equal(y.value(), Scalar(0)), Scalar(0), y.grad() / y.value());
    const Scratch spread = scratch(x, x.shape());
    broadcast_to(*derivative, kept_shape(x.shape(), mask), *spread, Sum::replace);
    x.grad_accumulator() += *spread * x.value();
  });
  return y;
}

Var softmax(Var x, int axis) {
  Reduction r(x, {axis}, true);
  Var y = new_output("softmax", x.shape(), {x});
  const Scratch each = scratch(x, r.kept);
  reduce_max_to(x.value(), *each, r.kept);
  broadcast_to(*each, r.kept, y.output(), Sum::replace);
  elementwise(y.output()) = xt::exp(x.value() - y.output());
  reduce_to(y.value(), *each, r.kept, Sum::replace);
  const Scratch sums = scratch(x, x.shape());
  broadcast_to(*each, r.kept, *sums, Sum::replace);
  elementwise(y.output()) = y.value() / *sums;
  on_backward(y, [x, y, mask = r.mask] {
    if (!x.needs_grad()) return;
    // dx += y (dy − Σ dy y)
    const Shape kept = kept_shape(x.shape(), mask);
    const Scratch dot = scratch(x, x.shape());
    elementwise(*dot) = y.grad() * y.value();
    const Scratch sums = scratch(x, kept);
    reduce_to(*dot, *sums, kept, Sum::replace);
    broadcast_to(*sums, kept, *dot, Sum::replace);
    x.grad_accumulator() += y.value() * (y.grad() - *dot);
  });
  return y;
}

Var log_softmax(Var x, int axis) {
  Reduction r(x, {axis}, true);
  Var y = new_output("log_softmax", x.shape(), {x});
  // With m = max x:  y = (x − m) − ln Σ e^(x − m), where x − ln Σ eˣ would lose the digits of large
  // x
  const Scratch each = scratch(x, r.kept);
  reduce_max_to(x.value(), *each, r.kept);
  broadcast_to(*each, r.kept, y.output(), Sum::replace);
  elementwise(y.output()) = x.value() - y.output();
  const Scratch terms = scratch(x, x.shape());
  elementwise(*terms) = xt::exp(y.value());
  reduce_to(*terms, *each, r.kept, Sum::replace);
  elementwise(*each) = xt::log(*each);
  broadcast_to(*each, r.kept, *terms, Sum::replace);
  elementwise(y.output()) = y.value() - *terms;
  on_backward(y, [x, y, mask = r.mask] {
    if (!x.needs_grad()) return;
    // dx += dy − e^y Σ dy
    const Shape kept = kept_shape(x.shape(), mask);
    const Scratch sums = scratch(x, kept);
    reduce_to(y.grad(), *sums, kept, Sum::replace);
    const Scratch total = scratch(x, x.shape());
    broadcast_to(*sums, kept, *total, Sum::replace);
    x.grad_accumulator() += y.grad() - xt::exp(y.value()) * *total;
  });
  return y;
}

}}  // namespace hourglass
