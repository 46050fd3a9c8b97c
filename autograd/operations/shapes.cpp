#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/base/sizes.hpp"
#include "hourglass/autograd/operation.hpp"
#include "hourglass/autograd/operations.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

Var reshape(Var x, const Shape& shape) {
  std::size_t count = 1;
  for (std::size_t size : shape) count = mul_sat(count, size);
  if (count != x.value().size())
    throw ShapeError(fmt::format("reshape: x is {} with {} elements, which do not fill {}{}",
                                 to_text(x.shape()), x.value().size(), to_text(shape),
                                 in_module(x)));
  Var y = new_output("reshape", shape, {x});
  std::copy_n(x.value().data(), x.value().size(), y.output().data());
  on_backward(y, [x, y] {
    if (!x.needs_grad()) return;
    const Contribution dx = x.grad_accumulator().contribute();
    add_to(y.grad(), *dx.sum, dx.how, {0, y.grad().size()});
  });
  return y;
}

Var flatten(Var x) {
  if (x.dimension() == 0)
    throw ShapeError(
        fmt::format("flatten: x is a single number and has no first axis{}", in_module(x)));
  return reshape(x, {x.shape()[0], element_count(Shape(x.shape().begin() + 1, x.shape().end()))});
}

namespace {

using Order = std::array<std::uint8_t, 8>;

Order inverse(const Order& order, std::size_t rank) {
  Order inverse{};
  for (std::size_t i = 0; i < rank; ++i) inverse[order[i]] = static_cast<std::uint8_t>(i);
  return inverse;
}

/// Axis i of y is axis order[i] of x.
Var reordered(const char* operation, Var x, const Order& order) {
  const std::size_t rank = x.dimension();
  Shape shape = x.shape();
  for (std::size_t i = 0; i < rank; ++i) shape[i] = x.shape()[order[i]];
  Var y = new_output(operation, shape, {x});
  permute_to(x.value().data(), x.shape(), std::span(order).first(rank), y.output().data(),
             Sum::replace);
  on_backward(y, [x, y, order, rank] {
    if (!x.needs_grad()) return;
    // y is x in this order, so dx += dy in the inverse one
    const Order back = inverse(order, rank);
    const Contribution dx = x.grad_accumulator().contribute();
    permute_to(y.grad().data(), y.shape(), std::span(back).first(rank), dx.sum->data(), dx.how);
  });
  return y;
}

}  // namespace

Var transpose(Var x) {
  if (x.dimension() != 2)
    throw ShapeError(fmt::format("transpose: x is {}: it must have two axes{}", to_text(x.shape()),
                                 in_module(x)));
  return reordered("transpose", x, {1, 0});
}

Var permute(Var x, Axes order) {
  try {
    return reordered("permute", x, order.order(x.dimension()));
  } catch (const ShapeError& error) {
    throw ShapeError(
        fmt::format("permute: x is {}, but {}{}", to_text(x.shape()), error.what(), in_module(x)));
  }
}

namespace {

/// How many elements the axes before `axis` have.
std::size_t count_before(const Shape& shape, std::size_t axis) {
  std::size_t count = 1;
  for (std::size_t i = 0; i < axis; ++i) count *= shape[i];
  return count;
}

/// How many elements the axes after `axis` have.
std::size_t count_after(const Shape& shape, std::size_t axis) {
  std::size_t count = 1;
  for (std::size_t i = axis + 1; i < shape.size(); ++i) count *= shape[i];
  return count;
}

/// Where runs of numbers begin: the first one, and how far each is from the one before it.
struct Runs {
  std::size_t first, stride;
};

/// Copies `count` runs of `length` numbers each, or adds them.
void copy_runs(const Tensor& from, Runs at, Tensor& into, Runs to, std::size_t count,
               std::size_t length, Sum sum) {
  for (std::size_t run = 0; run < count; ++run) {
    const Scalar* x = from.data() + at.first + run * at.stride;
    Scalar* y = into.data() + to.first + run * to.stride;
    if (sum == Sum::replace) {
      std::copy_n(x, length, y);
    } else {
      for (std::size_t i = 0; i < length; ++i) y[i] += x[i];
    }
  }
}

}  // namespace

Var slice(Var x, int axis, std::size_t begin, std::size_t end) {
  const std::size_t along = checked_axis("slice", x, axis);
  if (begin > end || end > x.shape()[along])
    throw ShapeError(fmt::format("slice: {} to {} is not a part of axis {} of {}{}", begin, end,
                                 axis, to_text(x.shape()), in_module(x)));
  Shape shape = x.shape();
  shape[along] = end - begin;
  Var y = new_output("slice", shape, {x});
  const std::size_t count = count_before(shape, along), inner = count_after(shape, along);
  const std::size_t length = (end - begin) * inner;
  const Runs in_x = {begin * inner, x.shape()[along] * inner}, in_y = {0, length};
  copy_runs(x.value(), in_x, y.output(), in_y, count, length, Sum::replace);
  on_backward(y, [x, y, in_x, in_y, count, length] {
    if (!x.needs_grad()) return;
    // y is a part of x, so that part of dx += dy
    const Contribution dx = x.grad_accumulator().contribute();
    dx.begin_at_zero();
    copy_runs(y.grad(), in_y, *dx.sum, in_x, count, length, Sum::accumulate);
  });
  return y;
}

namespace {

/// y, whose inputs stand one after the other in it for each index of the axes before the one along
/// which they are joined; there are `count` such indices.
Var joined(Var y, std::size_t count) {
  if (y.value().size() == 0) return y;
  const std::size_t stride = y.value().size() / count;
  std::size_t begin = 0;
  for (std::size_t k = 0; k < y.inputs(); ++k) {
    const Tensor& part = y.input(k).value();
    const std::size_t length = part.size() / count;
    copy_runs(part, {0, length}, y.output(), {begin, stride}, count, length, Sum::replace);
    begin += length;
  }
  on_backward(y, [y, count, stride] {
    // each part of y is an input, so its gradient += that part of dy
    std::size_t begin = 0;
    for (std::size_t k = 0; k < y.inputs(); ++k) {
      Var part = y.input(k);
      const std::size_t length = part.value().size() / count;
      if (const Contribution to = part.grad_accumulator().contribute())
        copy_runs(y.grad(), {begin, stride}, *to.sum, {0, length}, count, length, to.how);
      begin += length;
    }
  });
  return y;
}

void check_parts(const char* operation, std::initializer_list<Var> parts) {
  if (parts.size() == 0) throw ShapeError(fmt::format("{}: there are no parts", operation));
}

}  // namespace

Var concatenate(std::initializer_list<Var> parts, int axis) {
  check_parts("concatenate", parts);
  const Var first = *parts.begin();
  const std::size_t along = checked_axis("concatenate", first, axis);
  Shape shape = first.shape();
  std::size_t whole = 0;
  for (const Var& part : parts) {
    if (part.dimension() == first.dimension()) shape[along] = part.shape()[along];
    if (shape != part.shape())
      throw ShapeError(fmt::format(
          "concatenate: part 0 is {} but part {} is {}: they may differ in axis {} only{}",
          to_text(first.shape()), &part - parts.begin(), to_text(part.shape()), axis,
          in_module(first)));
    whole = add_sat(whole, shape[along]);
  }
  shape[along] = whole;
  return joined(new_output("concatenate", shape, parts), count_before(shape, along));
}

Var concatenate(Var a, Var b, int axis) {
  return concatenate({a, b}, axis);
}

Var stack(std::initializer_list<Var> parts, int axis) {
  check_parts("stack", parts);
  const Var first = *parts.begin();
  const int rank = static_cast<int>(first.dimension());
  if (axis < -rank - 1 || axis > rank)
    throw ShapeError(fmt::format("stack: parts of shape {} can have a new axis {} to {}, not {}{}",
                                 to_text(first.shape()), -rank - 1, rank, axis, in_module(first)));
  for (const Var& part : parts)
    if (part.shape() != first.shape())
      throw ShapeError(fmt::format(
          "stack: part 0 is {} but part {} is {}: they must be of one shape{}",
          to_text(first.shape()), &part - parts.begin(), to_text(part.shape()), in_module(first)));
  const auto along = static_cast<std::size_t>(axis < 0 ? axis + rank + 1 : axis);
  Shape shape = first.shape();
  shape.push_back(parts.size());
  std::rotate(shape.begin() + along, shape.end() - 1, shape.end());
  return joined(new_output("stack", shape, parts), count_before(shape, along));
}

Var pad(Var x, int axis, std::size_t before, std::size_t after, Scalar value) {
  const std::size_t along = checked_axis("pad", x, axis);
  Shape shape = x.shape();
  shape[along] = add_sat(shape[along], add_sat(before, after));
  Var y = new_output("pad", shape, {x});
  const std::size_t count = count_before(shape, along), inner = count_after(shape, along);
  const std::size_t length = x.shape()[along] * inner;
  const Runs in_x = {0, length}, in_y = {before * inner, shape[along] * inner};
  y.output().fill(value);
  copy_runs(x.value(), in_x, y.output(), in_y, count, length, Sum::replace);
  on_backward(y, [x, y, in_x, in_y, count, length] {
    if (!x.needs_grad()) return;
    // x is a part of y, so dx += that part of dy
    const Contribution dx = x.grad_accumulator().contribute();
    copy_runs(y.grad(), in_y, *dx.sum, in_x, count, length, dx.how);
  });
  return y;
}

Var repeat(Var x, int axis, std::size_t times) {
  const std::size_t along = checked_axis("repeat", x, axis);
  Shape shape = x.shape();
  shape[along] = mul_sat(shape[along], times);
  Var y = new_output("repeat", shape, {x});
  const std::size_t count = count_before(shape, along);
  const std::size_t length = x.shape()[along] * count_after(shape, along);
  for (std::size_t i = 0; i < times; ++i)
    copy_runs(x.value(), {0, length}, y.output(), {i * length, times * length}, count, length,
              Sum::replace);
  on_backward(y, [x, y, times, count, length] {
    if (!x.needs_grad()) return;
    // x is each of the parts of y, so dx += dy of each of them
    const Contribution dx = x.grad_accumulator().contribute();
    dx.begin_at_zero();
    for (std::size_t i = 0; i < times; ++i)
      copy_runs(y.grad(), {i * length, times * length}, *dx.sum, {0, length}, count, length,
                Sum::accumulate);
  });
  return y;
}

}}  // namespace hourglass
