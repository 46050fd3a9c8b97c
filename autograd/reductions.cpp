#include <fmt/format.h>

#include "autograd/error.hpp"
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

}  // namespace

unsigned Axes::mask(std::size_t rank) const {
  if (all_) return (1u << rank) - 1;
  unsigned mask = 0;
  for (int axis : axes_) {
    const int from_front = axis < 0 ? axis + static_cast<int>(rank) : axis;
    if (from_front < 0 || from_front >= static_cast<int>(rank))
      throw ShapeError(fmt::format("axis {} does not exist in a value with {} axes", axis, rank));
    mask |= 1u << from_front;
  }
  return mask;
}

Var sum(Var x, Axes axes, bool keep_dims) {
  const unsigned mask = axes.mask(x.dimension());
  const Shape kept = kept_shape(x.shape(), mask);
  Var y = new_output("sum", keep_dims ? kept : dropped_shape(x.shape(), mask), {x});
  sum_to(x.value(), y.output(), kept, Sum::replace);
  on_backward(y, [x, y, mask] { x.grad_sum().add_spread(y.grad(), kept_shape(x.shape(), mask)); });
  return y;
}

Var mean(Var x, Axes axes, bool keep_dims) {
  Var total = sum(x, axes, keep_dims);
  const auto terms =
      static_cast<Scalar>(x.value().size()) / static_cast<Scalar>(total.value().size());
  return total / terms;
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
