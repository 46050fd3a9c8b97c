#include <fmt/format.h>

#include <algorithm>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/autograd/operation.hpp"
#include "hourglass/autograd/operations.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

[[noreturn]] void fail_of_inner_sizes(const char* operation, Var x, Var w, std::size_t of_x,
                                      std::size_t of_w) {
  throw ShapeError(fmt::format("{}: x is {} but w is {}: inner sizes {} and {} differ{}", operation,
                               to_text(x.shape()), to_text(w.shape()), of_x, of_w, in_module(x)));
}

/// x and w must be matrices, x: (B, N) and w: (M, N).
void check_linear(Var x, Var w) {
  if (x.dimension() != 2 || w.dimension() != 2)
    throw ShapeError(fmt::format("linear: x is {} and w is {}: both must have two axes{}",
                                 to_text(x.shape()), to_text(w.shape()), in_module(x)));
  if (x.shape()[1] != w.shape()[1]) fail_of_inner_sizes("linear", x, w, x.shape()[1], w.shape()[1]);
}

/// The last two axes of a tensor as matrices: `count` of them, one after the other. One that serves
/// all is the same one for each number.
struct Matrices {
  std::size_t count = 1, rows, columns;
  bool one;

  explicit Matrices(const Shape& shape)
      : rows(shape[shape.size() - 2]), columns(shape.back()), one(shape.size() == 2) {
    for (std::size_t i = 0; i + 2 < shape.size(); ++i) count *= shape[i];
  }

  std::size_t begin(std::size_t number) const { return one ? 0 : number * rows * columns; }
  Factor factor(const Tensor& tensor, std::size_t number) const {
    return {tensor.data() + begin(number), rows, columns};
  }
  /// The rows of all of them, as one matrix.
  Factor all(const Tensor& tensor) const { return {tensor.data(), count * rows, columns}; }
};

/// The shape of x w; the axes before the last two must be the same, or those of x or w none.
Shape product_shape(Var x, Var w) {
  if (x.dimension() < 2 || w.dimension() < 2)
    throw ShapeError(fmt::format("matmul: x is {} and w is {}: both must have two axes{}",
                                 to_text(x.shape()), to_text(w.shape()), in_module(x)));
  const std::size_t of_x = x.shape().back(), of_w = w.shape()[w.dimension() - 2];
  if (of_x != of_w) fail_of_inner_sizes("matmul", x, w, of_x, of_w);
  const bool from_w = x.dimension() == 2;
  Shape shape = from_w ? w.shape() : x.shape();
  shape[shape.size() - 2] = x.shape()[x.dimension() - 2];
  shape.back() = w.shape().back();
  if (w.dimension() > 2 && (shape.size() != w.dimension() ||
                            !std::equal(shape.begin(), shape.end() - 2, w.shape().begin())))
    throw ShapeError(
        fmt::format("matmul: x is {} but w is {}: the axes before the last two must be the same, "
                    "unless one of them is a single matrix{}",
                    to_text(x.shape()), to_text(w.shape()), in_module(x)));
  return shape;
}

/// c_i = a_i b_i or c_i += a_i b_i for i < count. Products that are too small to be worth several
/// threads each are shared among them.
template <class A, class B>
void gemm_each(std::size_t count, const A& a, const B& b, Scalar* c, Sum sum) {
  if (count == 0) return;
  const std::size_t size = a(0).rows() * b(0).columns();
  const std::size_t parts = parts_worth(count * size * a(0).columns() / 16);
  if (count < parts) {
    for (std::size_t i = 0; i < count; ++i) gemm(a(i), b(i), c + i * size, sum);
    return;
  }
  run_in_parallel(parts, [&](std::size_t part) {
    const Range own = split_range(count, part, parts);
    for (std::size_t i = own.begin; i < own.end; ++i) gemm(a(i), b(i), c + i * size, sum);
  });
}

/// c = Σ a_i b_i or c += Σ a_i b_i for i < count, in this order; c has `size` elements.
template <class A, class B>
void gemm_sum(std::size_t count, const A& a, const B& b, Tensor& c, Sum sum) {
  if (count == 0 && sum == Sum::replace) c.fill(0);
  for (std::size_t i = 0; i < count; ++i)
    gemm(a(i), b(i), c.data(), i == 0 ? sum : Sum::accumulate);
}

/// y_i = x_i w_i for each index i of the axes before the last two.
Var batched_matmul(Var x, Var w) {
  Var y = new_output("matmul", product_shape(x, w), {x, w});
  const std::size_t count = Matrices(y.shape()).count;
  const auto of = [](const Tensor& tensor) {
    return [&tensor, matrices = Matrices(tensor.shape())](std::size_t i) {
      return matrices.factor(tensor, i);
    };
  };
  const auto transposed_of = [=](const Tensor& tensor) {
    return [one = of(tensor)](std::size_t i) { return transposed(one(i)); };
  };
  gemm_each(count, of(x.value()), of(w.value()), y.output().data(), Sum::replace);
  on_backward(y, [x, w, y, count, of, transposed_of] {
    // y_i = x_i w_i, so  dx_i += dy_i w_iᵀ  and  dw_i += x_iᵀ dy_i, summed where one serves all
    if (const Contribution dx = x.grad_accumulator().contribute(); dx && x.dimension() == 2) {
      gemm_sum(count, of(y.grad()), transposed_of(w.value()), *dx.sum, dx.how);
    } else if (dx) {
      gemm_each(count, of(y.grad()), transposed_of(w.value()), dx.sum->data(), dx.how);
    }
    if (const Contribution dw = w.grad_accumulator().contribute())
      gemm_each(count, transposed_of(x.value()), of(y.grad()), dw.sum->data(), dw.how);
  });
  return y;
}

}  // namespace

Var matmul(Var x, Var w) {
  const Shape shape = product_shape(x, w);
  if (w.dimension() > 2) return batched_matmul(x, w);
  // One matrix w serves all of x, whose rows are then those of one matrix.
  Var y = new_output("matmul", shape, {x, w});
  const auto rows = [](const Tensor& tensor) { return Matrices(tensor.shape()).all(tensor); };
  gemm(rows(x.value()), w.value(), y.output().data());
  on_backward(y, [x, w, y, rows] {
    // y = x w, so  dx += dy wᵀ  and  dw += xᵀ dy
    if (const Contribution dx = x.grad_accumulator().contribute())
      gemm(rows(y.grad()), transposed(w.value()), dx.sum->data(), dx.how);
    gemm(transposed(rows(x.value())), rows(y.grad()), w.grad_accumulator());
  });
  return y;
}

namespace {

/// y = x wᵀ + …, so  dx += dy w  and  dw += dyᵀ x
void add_linear_gradients(Var x, Var w, Var y) {
  gemm(y.grad(), w.value(), x.grad_accumulator());
  gemm(transposed(y.grad()), x.value(), w.grad_accumulator());
}

}  // namespace

Var linear(Var x, Var w, Var b) {
  check_linear(x, w);
  if (b.shape() != Shape{w.shape()[0]})
    throw ShapeError(fmt::format("linear: b is {} but w is {}: b must be ({}){}",
                                 to_text(b.shape()), to_text(w.shape()), w.shape()[0],
                                 in_module(x)));
  Var y = new_output("linear", {x.shape()[0], w.shape()[0]}, {x, w, b});
  broadcast_to(b.value(), b.shape(), y.output(), Sum::replace);
  gemm(x.value(), transposed(w.value()), y.output(), Sum::accumulate);
  on_backward(y, [x, w, b, y] {
    // y = x wᵀ + b, so  db += Σ_B dy
    add_linear_gradients(x, w, y);
    b.grad_accumulator().add_reduced(y.grad());
  });
  return y;
}

Var linear(Var x, Var w) {
  check_linear(x, w);
  Var y = new_output("linear", {x.shape()[0], w.shape()[0]}, {x, w});
  gemm(x.value(), transposed(w.value()), y.output());
  on_backward(y, [x, w, y] { add_linear_gradients(x, w, y); });
  return y;
}

}}  // namespace hourglass
