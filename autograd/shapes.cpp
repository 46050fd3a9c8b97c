#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "autograd/error.hpp"
#include "autograd/operation.hpp"
#include "autograd/operations.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

Var reshape(Var x, const Shape& shape) {
  if (element_count(shape) != x.value().size())
    throw ShapeError(fmt::format("reshape: x is {} with {} elements, which do not fill {}{}",
                                 to_text(x.shape()), x.value().size(), to_text(shape),
                                 x.tape().where()));
  Var y = new_output("reshape", shape, {x});
  std::copy_n(x.value().data(), x.value().size(), y.output().data());
  on_backward(y, [x, y] {
    if (!x.needs_grad()) return;
    Tensor& dx = x.tape().scratch(1, x.shape());
    std::copy_n(y.grad().data(), dx.size(), dx.data());
    x.grad_sum() += dx;
  });
  return y;
}

Var flatten(Var x) {
  if (x.dimension() == 0) throw ShapeError("flatten: x is a single number and has no first axis");
  const std::size_t rows = x.shape()[0];
  return reshape(x, {rows, element_count(x.shape()) / std::max<std::size_t>(rows, 1)});
}

Var transpose(Var x) {
  if (x.dimension() != 2)
    throw ShapeError(fmt::format("transpose: x is {}: it must have two axes{}", to_text(x.shape()),
                                 x.tape().where()));
  Var y = new_output("transpose", {x.shape()[1], x.shape()[0]}, {x});
  transpose_to(x.value(), y.output());
  on_backward(y, [x, y] {
    if (!x.needs_grad()) return;
    Tensor& dx = x.tape().scratch(1, x.shape());
    transpose_to(y.grad(), dx);
    x.grad_sum() += dx;
  });
  return y;
}

namespace {

std::size_t checked_axis(const char* operation, Var x, int axis) {
  const int rank = static_cast<int>(x.dimension()), from_front = axis < 0 ? axis + rank : axis;
  if (from_front < 0 || from_front >= rank)
    throw ShapeError(fmt::format("{}: axis {} does not exist in {}{}", operation, axis,
                                 to_text(x.shape()), x.tape().where()));
  return static_cast<std::size_t>(from_front);
}

/// Calls run(at, in_part, length) for each unbroken run of numbers of a part of one axis, which
/// begins at `begin`: where it lies in the whole and where in the part.
template <class Run>
void for_each_run(const Shape& whole, const Shape& part, std::size_t axis, std::size_t begin,
                  const Run& run) {
  std::size_t outer = 1, inner = 1;
  for (std::size_t i = 0; i < axis; ++i) outer *= whole[i];
  for (std::size_t i = axis + 1; i < whole.size(); ++i) inner *= whole[i];
  const std::size_t length = part[axis] * inner;
  for (std::size_t o = 0; o < outer; ++o)
    run((o * whole[axis] + begin) * inner, o * length, length);
}

void take_part(const Tensor& whole, Tensor& part, std::size_t axis, std::size_t begin) {
  for_each_run(whole.shape(), part.shape(), axis, begin,
               [&](std::size_t at, std::size_t in_part, std::size_t length) {
                 std::copy_n(whole.data() + at, length, part.data() + in_part);
               });
}

void put_part(Tensor& whole, const Tensor& part, std::size_t axis, std::size_t begin) {
  for_each_run(whole.shape(), part.shape(), axis, begin,
               [&](std::size_t at, std::size_t in_part, std::size_t length) {
                 std::copy_n(part.data() + in_part, length, whole.data() + at);
               });
}

}  // namespace

Var slice(Var x, int axis, std::size_t begin, std::size_t end) {
  const std::size_t along = checked_axis("slice", x, axis);
  if (begin > end || end > x.shape()[along])
    throw ShapeError(fmt::format("slice: {} to {} is no part of axis {} of {}{}", begin, end, axis,
                                 to_text(x.shape()), x.tape().where()));
  Shape shape = x.shape();
  shape[along] = end - begin;
  Var y = new_output("slice", shape, {x});
  take_part(x.value(), y.output(), along, begin);
  on_backward(y, [x, y, along, begin] {
    if (!x.needs_grad()) return;
    Tensor& dx = x.tape().scratch(1, x.shape());
    dx.fill(0);
    put_part(dx, y.grad(), along, begin);
    x.grad_sum() += dx;
  });
  return y;
}

Var concatenate(Var a, Var b, int axis) {
  const std::size_t along = checked_axis("concatenate", a, axis);
  Shape shape = a.shape();
  if (b.dimension() == a.dimension()) shape[along] = b.shape()[along];
  if (shape != b.shape())
    throw ShapeError(
        fmt::format("concatenate: a is {} but b is {}: they may differ in axis {} only{}",
                    to_text(a.shape()), to_text(b.shape()), axis, a.tape().where()));
  shape[along] += a.shape()[along];
  Var y = new_output("concatenate", shape, {a, b});
  put_part(y.output(), a.value(), along, 0);
  put_part(y.output(), b.value(), along, a.shape()[along]);
  on_backward(y, [a, b, y, along] {
    for (const auto& [part, begin] :
         {std::pair(a, std::size_t{0}), std::pair(b, a.shape()[along])}) {
      if (!part.needs_grad()) continue;
      Tensor& share = part.tape().scratch(1, part.shape());
      take_part(y.grad(), share, along, begin);
      part.grad_sum() += share;
    }
  });
  return y;
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
