#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/autograd/operation.hpp"
#include "hourglass/autograd/operations.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// Every index must name an element of this axis of x.
void check_indices(const char* operation, Var x, Var indices, std::size_t axis) {
  const std::size_t size = x.shape()[axis];
  const Scalar *begin = indices.value().data(), *end = begin + indices.value().size();
  const Scalar* wrong = std::find_if_not(begin, end, [size](Scalar index) {
    return index >= 0 && index < static_cast<Scalar>(size) && index == std::floor(index);
  });
  if (wrong != end)
    throw ShapeError(fmt::format(
        "{}: index number {} is {}: axis {} of x, {}, has size {}, so an index must be a whole "
        "number from 0 and below {}{}",
        operation, wrong - begin, *wrong, axis, to_text(x.shape()), size, size, in_module(x)));
}

std::size_t product(Shape::const_iterator begin, Shape::const_iterator end) {
  return std::accumulate(begin, end, std::size_t{1}, std::multiplies<>());
}

/// An axis, and how many elements the axes before and after it have.
struct Along {
  Along(const Shape& shape, std::size_t axis)
      : before(product(shape.begin(), shape.begin() + axis)),
        size(shape[axis]),
        after(product(shape.begin() + axis + 1, shape.end())) {}

  std::size_t before, size, after;

  /// Calls run(in_x, in_y) for each run of `after` elements of y that stand together in x, with
  /// where they begin: those of index k of y stand at indices[k] of x.
  template <class Run>
  void for_each_run(const Tensor& indices, const Run& run) const {
    const std::size_t count = indices.size();
    for (std::size_t i = 0; i < before; ++i)
      for (std::size_t k = 0; k < count; ++k)
        run((i * size + static_cast<std::size_t>(indices.data()[k])) * after,
            (i * count + k) * after);
  }

  /// Calls run(in_x, in_y) for each element of y, which has an index of its own.
  template <class Run>
  void for_each_element(const Tensor& indices, const Run& run) const {
    if (indices.size() == 0) return;
    const std::size_t count = indices.size() / (before * after);
    std::size_t in_y = 0;
    for (std::size_t i = 0; i < before; ++i)
      for (std::size_t k = 0; k < count; ++k)
        for (std::size_t j = 0; j < after; ++j, ++in_y)
          run((i * size + static_cast<std::size_t>(indices.data()[in_y])) * after + j, in_y);
  }
};

}  // namespace

Var index_select(Var x, Var indices, int axis) {
  const std::size_t number = checked_axis("index_select", x, axis);
  if (indices.dimension() != 1)
    throw ShapeError(fmt::format("index_select: the indices are {}: they must have one axis{}",
                                 to_text(indices.shape()), in_module(x)));
  check_indices("index_select", x, indices, number);
  Shape shape = x.shape();
  shape[number] = indices.shape()[0];
  Var y = new_output("index_select", shape, {x, indices});
  const Along along(x.shape(), number);
  const Scalar* from = x.value().data();
  Scalar* into = y.output().data();
  along.for_each_run(indices.value(), [&](std::size_t in_x, std::size_t in_y) {
    std::copy_n(from + in_x, along.after, into + in_y);
  });
  on_backward(y, [x, indices, y, along] {
    if (!x.needs_grad()) return;
    // y_k = x_index(k), so dx_index(k) += dy_k, as often as an index occurs
    const Contribution to_x = x.grad_accumulator().contribute();
    to_x.begin_at_zero();
    Scalar* dx = to_x.sum->data();
    const Scalar* dy = y.grad().data();
    along.for_each_run(indices.value(), [&](std::size_t in_x, std::size_t in_y) {
      for (std::size_t j = 0; j < along.after; ++j) dx[in_x + j] += dy[in_y + j];
    });
  });
  return y;
}

Var gather(Var x, Var indices, int axis) {
  const std::size_t number = checked_axis("gather", x, axis);
  Shape shape = x.shape();
  if (indices.dimension() == x.dimension()) shape[number] = indices.shape()[number];
  if (shape != indices.shape())
    throw ShapeError(
        fmt::format("gather: x is {} but the indices are {}: they may differ in axis {} only{}",
                    to_text(x.shape()), to_text(indices.shape()), axis, in_module(x)));
  check_indices("gather", x, indices, number);
  Var y = new_output("gather", shape, {x, indices});
  const Along along(x.shape(), number);
  const Scalar* from = x.value().data();
  Scalar* into = y.output().data();
  along.for_each_element(indices.value(),
                         [&](std::size_t in_x, std::size_t in_y) { into[in_y] = from[in_x]; });
  on_backward(y, [x, indices, y, along] {
    if (!x.needs_grad()) return;
    // y_k = x_index(k), so dx_index(k) += dy_k, as often as an index occurs
    const Contribution to_x = x.grad_accumulator().contribute();
    to_x.begin_at_zero();
    Scalar* dx = to_x.sum->data();
    const Scalar* dy = y.grad().data();
    along.for_each_element(indices.value(),
                           [&](std::size_t in_x, std::size_t in_y) { dx[in_x] += dy[in_y]; });
  });
  return y;
}

namespace {

/// NaN counts as the largest.
bool larger(Scalar a, Scalar b) {
  return a > b || (std::isnan(a) && !std::isnan(b));
}

/// 1 in `mask` for the k largest of n numbers, of equal ones the first; `sorted` has place for n.
void mark_largest(const Scalar* x, std::size_t n, std::size_t k, Scalar* sorted, Scalar* mask) {
  std::fill_n(mask, n, Scalar(0));
  if (k == 0) return;
  std::copy_n(x, n, sorted);
  std::nth_element(sorted, sorted + k - 1, sorted + n, larger);
  const Scalar smallest = sorted[k - 1];
  std::size_t equal = k;  // how many that equal the smallest of the k are among them
  for (std::size_t i = 0; i < n; ++i)
    if (larger(x[i], smallest)) {
      mask[i] = 1;
      --equal;
    }
  for (std::size_t i = 0; equal > 0; ++i)
    if (!larger(x[i], smallest) && !larger(smallest, x[i])) {
      mask[i] = 1;
      --equal;
    }
}

/// The indices of n numbers in ascending order of the numbers; of equal ones the first comes first,
/// as in std::stable_sort, which would take memory.
void order_indices(const Scalar* x, std::size_t n, Scalar* order) {
  std::iota(order, order + n, Scalar(0));
  std::sort(order, order + n, [x](Scalar a, Scalar b) {
    const Scalar left = x[static_cast<std::size_t>(a)], right = x[static_cast<std::size_t>(b)];
    return larger(right, left) || (a < b && !larger(left, right));
  });
}

}  // namespace

Var top_k_mask(Var x, std::size_t k) {
  if (x.dimension() == 0)
    throw ShapeError(
        fmt::format("top_k_mask: x is a single number and has no last axis{}", in_module(x)));
  if (k > x.shape().back())
    throw ShapeError(
        fmt::format("top_k_mask: x is {}: its last axis has fewer than k = {} elements{}",
                    to_text(x.shape()), k, in_module(x)));
  Var y = new_output("top_k_mask", x.shape(), {x});
  const std::size_t n = x.shape().back(), rows = n ? x.value().size() / n : 0,
                    parts = parts_worth(x.value().size());
  const Scratch sorted = scratch(x, {parts, n});
  run_in_parallel(parts, [&](std::size_t part) {
    const Range own = split_range(rows, part, parts);
    for (std::size_t row = own.begin; row < own.end; ++row)
      mark_largest(x.value().data() + row * n, n, k, sorted->data() + part * n,
                   y.output().data() + row * n);
  });
  // the mask is constant wherever it has a derivative, so dx += 0 (zeros_like would allocate)
  on_backward(y, [x, y] { x.grad_accumulator() += Scalar(0) * y.value(); });
  return y;
}

Var sort(Var x) {
  if (x.dimension() == 0)
    throw ShapeError(
        fmt::format("sort: x is a single number and has no last axis{}", in_module(x)));
  Var order = save_for_backward("order", x, x.shape());
  const std::size_t n = x.shape().back(), rows = n ? x.value().size() / n : 0,
                    parts = parts_worth(x.value().size());
  run_in_parallel(parts, [&](std::size_t part) {
    const Range own = split_range(rows, part, parts);
    for (std::size_t row = own.begin; row < own.end; ++row)
      order_indices(x.value().data() + row * n, n, order.output().data() + row * n);
  });
  Var y = new_output("sort", x.shape(), {x});
  const Along along(x.shape(), x.dimension() - 1);
  const Scalar* from = x.value().data();
  Scalar* into = y.output().data();
  along.for_each_element(order.value(),
                         [&](std::size_t in_x, std::size_t in_y) { into[in_y] = from[in_x]; });
  on_backward(y, [x, order, y, along] {
    if (!x.needs_grad()) return;
    // y_k = x_order(k), each element once, so dx_order(k) += dy_k
    const Contribution to_x = x.grad_accumulator().contribute();
    to_x.begin_at_zero();
    Scalar* dx = to_x.sum->data();
    const Scalar* dy = y.grad().data();
    along.for_each_element(order.value(),
                           [&](std::size_t in_x, std::size_t in_y) { dx[in_x] += dy[in_y]; });
  });
  return y;
}

}}  // namespace hourglass
