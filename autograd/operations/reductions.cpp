#include "autograd/operation.hpp"
#include "autograd/operations.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

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
  sum_to(x.value(), y.output(), r.kept, Sum::replace);
  on_backward(
      y, [x, y, mask = r.mask] { x.grad_sum().add_spread(y.grad(), kept_shape(x.shape(), mask)); });
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
  max_to(x.value(), y.output(), r.kept);
  on_backward(y, [x, y, mask = r.mask] {
    if (!x.needs_grad()) return;
    const Shape kept = kept_shape(x.shape(), mask);
    // first = [x = max], and each group's dy is shared by its Σ first
    Tensor& first = x.tape().scratch(1, x.shape());
    spread_to(y.value(), kept, first, Sum::replace);
    xt::noalias(first) = xt::where(xt::equal(x.value(), first), Scalar(1), Scalar(0));
    Tensor& shared = x.tape().scratch(2, y.shape());
    sum_to(first, shared, kept, Sum::replace);
    xt::noalias(shared) = y.grad() / shared;
    Tensor& dy = x.tape().scratch(0, x.shape());
    spread_to(shared, kept, dy, Sum::replace);
    x.grad_sum() += first * dy;
  });
  return y;
}

Var min(Var x, Axes axes, bool keep_dims) {
  return neg(max(neg(x), axes, keep_dims));
}

Var logsumexp(Var x, Axes axes, bool keep_dims) {
  Reduction r(x, axes, keep_dims);
  Var y = new_output("logsumexp", r.shape, {x});
  // With m = max x:  ln Σ eˣ = m + ln Σ e^(x − m), whose largest term is 1
  Tensor& m = x.tape().scratch(0, r.shape);
  max_to(x.value(), m, r.kept);
  xt::noalias(m) = xt::where(xt::isfinite(m), m, Scalar(0));  // ∞ − ∞ would be NaN
  Tensor& terms = x.tape().scratch(1, x.shape());
  spread_to(m, r.kept, terms, Sum::replace);
  xt::noalias(terms) = xt::exp(x.value() - terms);
  sum_to(terms, y.output(), r.kept, Sum::replace);
  xt::noalias(y.output()) = m + xt::log(y.output());
  on_backward(y, [x, y, mask = r.mask] {
    if (!x.needs_grad()) return;
    // ∂y/∂x = e^(x − y) / Σ e^(x − y), whose sum would be 1 if large y were not rounded
    const Shape kept = kept_shape(x.shape(), mask);
    Tensor& share = x.tape().scratch(1, x.shape());
    spread_to(y.value(), kept, share, Sum::replace);
    xt::noalias(share) = xt::exp(x.value() - share);
    Tensor& each = x.tape().scratch(2, y.shape());
    sum_to(share, each, kept, Sum::replace);
    xt::noalias(each) = xt::where(each > Scalar(0), y.grad() / each, y.grad());
    Tensor& dy = x.tape().scratch(0, x.shape());
    spread_to(each, kept, dy, Sum::replace);
    x.grad_sum() += dy * share;
  });
  return y;
}

Var norm(Var x, Axes axes, bool keep_dims) {
  Reduction r(x, axes, keep_dims);
  Var y = new_output("norm", r.shape, {x});
  Tensor& squares = x.tape().scratch(0, x.shape());
  xt::noalias(squares) = x.value() * x.value();
  sum_to(squares, y.output(), r.kept, Sum::replace);
  xt::noalias(y.output()) = xt::sqrt(y.output());
  on_backward(y, [x, y, mask = r.mask] {
    if (!x.needs_grad()) return;
    // dx += dy x / y, and 0 where y is 0
    Tensor& rate = x.tape().scratch(2, y.shape());
    xt::noalias(rate) = xt::where(xt::equal(y.value(), Scalar(0)), Scalar(0), y.grad() / y.value());
    Tensor& spread = x.tape().scratch(0, x.shape());
    spread_to(rate, kept_shape(x.shape(), mask), spread, Sum::replace);
    x.grad_sum() += spread * x.value();
  });
  return y;
}

Var softmax(Var x, int axis) {
  Reduction r(x, {axis}, true);
  Var y = new_output("softmax", x.shape(), {x});
  Tensor& each = x.tape().scratch(0, r.kept);
  max_to(x.value(), each, r.kept);
  spread_to(each, r.kept, y.output(), Sum::replace);
  xt::noalias(y.output()) = xt::exp(x.value() - y.output());
  sum_to(y.value(), each, r.kept, Sum::replace);
  Tensor& sums = x.tape().scratch(1, x.shape());
  spread_to(each, r.kept, sums, Sum::replace);
  xt::noalias(y.output()) = y.value() / sums;
  on_backward(y, [x, y, mask = r.mask] {
    if (!x.needs_grad()) return;
    // dx += y (dy − Σ dy y)
    const Shape kept = kept_shape(x.shape(), mask);
    Tensor& dot = x.tape().scratch(1, x.shape());
    xt::noalias(dot) = y.grad() * y.value();
    Tensor& sums = x.tape().scratch(2, kept);
    sum_to(dot, sums, kept, Sum::replace);
    spread_to(sums, kept, dot, Sum::replace);
    x.grad_sum() += y.value() * (y.grad() - dot);
  });
  return y;
}

Var log_softmax(Var x, int axis) {
  Reduction r(x, {axis}, true);
  Var y = new_output("log_softmax", x.shape(), {x});
  // With m = max x:  y = (x − m) − ln Σ e^(x − m), where x − ln Σ eˣ would lose the digits of large
  // x
  Tensor& each = x.tape().scratch(0, r.kept);
  max_to(x.value(), each, r.kept);
  spread_to(each, r.kept, y.output(), Sum::replace);
  xt::noalias(y.output()) = x.value() - y.output();
  Tensor& terms = x.tape().scratch(1, x.shape());
  xt::noalias(terms) = xt::exp(y.value());
  sum_to(terms, each, r.kept, Sum::replace);
  xt::noalias(each) = xt::log(each);
  spread_to(each, r.kept, terms, Sum::replace);
  xt::noalias(y.output()) = y.value() - terms;
  on_backward(y, [x, y, mask = r.mask] {
    if (!x.needs_grad()) return;
    // dx += dy − e^y Σ dy
    const Shape kept = kept_shape(x.shape(), mask);
    Tensor& sums = x.tape().scratch(2, kept);
    sum_to(y.grad(), sums, kept, Sum::replace);
    Tensor& total = x.tape().scratch(1, x.shape());
    spread_to(sums, kept, total, Sum::replace);
    x.grad_sum() += y.grad() - xt::exp(y.value()) * total;
  });
  return y;
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
