#include <fmt/format.h>

#include "autograd/error.hpp"
#include "autograd/operation.hpp"
#include "autograd/operations.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

namespace {

/// x and w must be matrices, and the axes that the product sums over equally long.
void check_inner_sizes(const char* operation, Var x, Var w, std::size_t inner_axis_of_w) {
  if (x.dimension() != 2 || w.dimension() != 2)
    throw ShapeError(fmt::format("{}: x is {} and w is {}: both must have two axes{}", operation,
                                 to_text(x.shape()), to_text(w.shape()), x.tape().where()));
  if (x.shape()[1] != w.shape()[inner_axis_of_w])
    throw ShapeError(fmt::format("{}: x is {} but w is {}: inner sizes {} and {} differ{}",
                                 operation, to_text(x.shape()), to_text(w.shape()), x.shape()[1],
                                 w.shape()[inner_axis_of_w], x.tape().where()));
}

}  // namespace

Var matmul(Var x, Var w) {
  check_inner_sizes("matmul", x, w, 0);
  Var y = new_output("matmul", {x.shape()[0], w.shape()[1]}, {x, w});
  gemm(x.value(), w.value(), y.output());
  on_backward(y, [x, w, y] {
    // y = x w, so  dx += dy wᵀ  and  dw += xᵀ dy
    gemm(y.grad(), transposed(w.value()), x.grad_sum());
    gemm(transposed(x.value()), y.grad(), w.grad_sum());
  });
  return y;
}

Var linear(Var x, Var w, Var b) {
  check_inner_sizes("linear", x, w, 1);
  if (b.shape() != Shape{w.shape()[0]})
    throw ShapeError(fmt::format("linear: b is {} but w is {}: b must be ({}){}",
                                 to_text(b.shape()), to_text(w.shape()), w.shape()[0],
                                 x.tape().where()));
  Var y = new_output("linear", {x.shape()[0], w.shape()[0]}, {x, w, b});
  spread_to(b.value(), b.shape(), y.output(), Sum::replace);
  gemm(x.value(), transposed(w.value()), y.output(), Sum::accumulate);
  on_backward(y, [x, w, b, y] {
    // y = x wᵀ + b, so  dx += dy w,  dw += dyᵀ x  and  db += Σ_B dy
    gemm(y.grad(), w.value(), x.grad_sum());
    gemm(transposed(y.grad()), x.value(), w.grad_sum());
    b.grad_sum() += y.grad();
  });
  return y;
}

Var linear(Var x, Var w) {
  check_inner_sizes("linear", x, w, 1);
  Var y = new_output("linear", {x.shape()[0], w.shape()[0]}, {x, w});
  gemm(x.value(), transposed(w.value()), y.output());
  on_backward(y, [x, w, y] {
    // y = x wᵀ, so  dx += dy w  and  dw += dyᵀ x
    gemm(y.grad(), w.value(), x.grad_sum());
    gemm(transposed(y.grad()), x.value(), w.grad_sum());
  });
  return y;
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
