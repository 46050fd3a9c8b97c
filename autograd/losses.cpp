#include <fmt/format.h>

#include "autograd/error.hpp"
#include "autograd/operation.hpp"
#include "autograd/operations.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

namespace {

/// A loss's output, one number for each row. x and t: (B, N)
Var new_loss(const char* name, Var x, Var t) {
  if (x.dimension() != 2 || x.shape() != t.shape())
    throw ShapeError(
        fmt::format("{}: the prediction is {} but the target is {}: both must be (B, N){}", name,
                    to_text(x.shape()), to_text(t.shape()), x.tape().where()));
  return new_output(name, {x.shape()[0]}, {x, t});
}

/// y_b = Σ_j terms_bj      terms: (B, N), an expression   y: (B)
template <class E>
void sum_rows(const E& terms, Var y, const Shape& shape) {
  Tensor& each = y.tape().scratch(0, shape);
  xt::noalias(each) = terms;
  sum_to(each, y.output(), {shape[0], 1}, Sum::replace);
}

/// dy, repeated along the rows that were summed.      dy: (B)   returned: (B, N)
const Tensor& spread_rows(Var y, const Shape& shape) {
  Tensor& dy = y.tape().scratch(1, shape);
  spread_to(y.grad(), {shape[0], 1}, dy, Sum::replace);
  return dy;
}

}  // namespace

Var squared_error(Var x, Var t) {
  Var y = new_loss("squared_error", x, t);
  sum_rows(xt::square(x.value() - t.value()), y, x.shape());
  on_backward(y, [x, t, y] {
    const Tensor& dy = spread_rows(y, x.shape());
    x.grad_sum() += 2 * dy * (x.value() - t.value());
    t.grad_sum() += 2 * dy * (t.value() - x.value());
  });
  return y;
}

Var binary_cross_entropy(Var logits, Var targets) {
  Var z = logits, t = targets;
  Var y = new_loss("binary_cross_entropy", z, t);
  sum_rows(xt::where(z.value() <= Scalar(0), Scalar(0), z.value()) - z.value() * t.value() +
               xt::log1p(xt::exp(-xt::abs(z.value()))),
           y, z.shape());
  on_backward(y, [z, t, y] {
    const Tensor& dy = spread_rows(y, z.shape());
    z.grad_sum() += dy * (1 / (1 + xt::exp(-z.value())) - t.value());
    t.grad_sum() += -dy * z.value();
  });
  return y;
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
