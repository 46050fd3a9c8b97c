#include <fmt/format.h>

#include "autograd/error.hpp"
#include "autograd/operation.hpp"
#include "autograd/operations.hpp"

// Where a value was broadcast, its gradient is summed back by GradSum; no rule here speaks of it.

namespace hourglass::inline HOURGLASS_PRECISION {

namespace {

/// The shape of a result of a and b with broadcasting.
Shape broadcast_shape(const char* operation, Var a, Var b) {
  const Shape &longer = a.dimension() >= b.dimension() ? a.shape() : b.shape(),
              &shorter = a.dimension() >= b.dimension() ? b.shape() : a.shape();
  Shape shape = longer;
  const std::size_t lacking = longer.size() - shorter.size();
  for (std::size_t i = 0; i < shorter.size(); ++i) {
    std::size_t& size = shape[lacking + i];
    if (size == 1) size = shorter[i];
    if (shorter[i] != size && shorter[i] != 1)
      throw ShapeError(
          fmt::format("{}: a is {} but b is {}: aligned at the right, sizes must be equal or 1{}",
                      operation, to_text(a.shape()), to_text(b.shape()), a.tape().where()));
  }
  return shape;
}

}  // namespace

Var add(Var a, Var b) {
  Var y = new_output("add", broadcast_shape("add", a, b), {a, b});
  xt::noalias(y.output()) = a.value() + b.value();
  on_backward(y, [a, b, y] {
    a.grad_sum() += y.grad();
    b.grad_sum() += y.grad();
  });
  return y;
}

Var sub(Var a, Var b) {
  Var y = new_output("sub", broadcast_shape("sub", a, b), {a, b});
  xt::noalias(y.output()) = a.value() - b.value();
  on_backward(y, [a, b, y] {
    a.grad_sum() += y.grad();
    b.grad_sum() += -y.grad();
  });
  return y;
}

Var mul(Var a, Var b) {
  Var y = new_output("mul", broadcast_shape("mul", a, b), {a, b});
  xt::noalias(y.output()) = a.value() * b.value();
  on_backward(y, [a, b, y] {
    a.grad_sum() += y.grad() * b.value();
    b.grad_sum() += y.grad() * a.value();
  });
  return y;
}

Var div(Var a, Var b) {
  Var y = new_output("div", broadcast_shape("div", a, b), {a, b});
  xt::noalias(y.output()) = a.value() / b.value();
  on_backward(y, [a, b, y] {
    a.grad_sum() += y.grad() / b.value();
    b.grad_sum() += -y.grad() * y.value() / b.value();
  });
  return y;
}

Var affine(Var x, Scalar factor, Scalar offset) {
  Var y = new_output("affine", x.shape(), {x});
  xt::noalias(y.output()) = factor * x.value() + offset;
  on_backward(y, [x, y, factor] { x.grad_sum() += factor * y.grad(); });
  return y;
}

Var neg(Var x) {
  Var y = new_output("neg", x.shape(), {x});
  xt::noalias(y.output()) = -x.value();
  on_backward(y, [x, y] { x.grad_sum() += -y.grad(); });
  return y;
}

Var exp(Var x) {
  Var y = new_output("exp", x.shape(), {x});
  xt::noalias(y.output()) = xt::exp(x.value());
  on_backward(y, [x, y] { x.grad_sum() += y.grad() * y.value(); });
  return y;
}

Var log(Var x) {
  Var y = new_output("log", x.shape(), {x});
  xt::noalias(y.output()) = xt::log(x.value());
  on_backward(y, [x, y] { x.grad_sum() += y.grad() / x.value(); });
  return y;
}

Var sqrt(Var x) {
  Var y = new_output("sqrt", x.shape(), {x});
  xt::noalias(y.output()) = xt::sqrt(x.value());
  on_backward(y, [x, y] { x.grad_sum() += y.grad() / (2 * y.value()); });
  return y;
}

Var square(Var x) {
  Var y = new_output("square", x.shape(), {x});
  xt::noalias(y.output()) = x.value() * x.value();
  on_backward(y, [x, y] { x.grad_sum() += 2 * y.grad() * x.value(); });
  return y;
}

Var abs(Var x) {
  Var y = new_output("abs", x.shape(), {x});
  xt::noalias(y.output()) = xt::abs(x.value());
  on_backward(y, [x, y] { x.grad_sum() += y.grad() * xt::sign(x.value()); });
  return y;
}

// Written as "0 where x ≤ 0" and not as a maximum, so that a NaN stays one and is seen.
Var relu(Var x) {
  Var y = new_output("relu", x.shape(), {x});
  xt::noalias(y.output()) = xt::where(x.value() <= Scalar(0), Scalar(0), x.value());
  on_backward(y,
              [x, y] { x.grad_sum() += xt::where(x.value() <= Scalar(0), Scalar(0), y.grad()); });
  return y;
}

Var leaky_relu(Var x, Scalar slope) {
  Var y = new_output("leaky_relu", x.shape(), {x});
  xt::noalias(y.output()) = xt::where(x.value() <= Scalar(0), slope * x.value(), x.value());
  on_backward(y, [x, y, slope] {
    x.grad_sum() += xt::where(x.value() <= Scalar(0), slope * y.grad(), y.grad());
  });
  return y;
}

Var elu(Var x) {
  Var y = new_output("elu", x.shape(), {x});
  xt::noalias(y.output()) = xt::where(x.value() <= Scalar(0), xt::expm1(x.value()), x.value());
  on_backward(y, [x, y] {
    // Where x ≤ 0: y = eˣ − 1, so dy/dx = eˣ = y + 1.
    x.grad_sum() += xt::where(x.value() <= Scalar(0), y.grad() * (y.value() + 1), y.grad());
  });
  return y;
}

Var silu(Var x) {
  Var y = new_output("silu", x.shape(), {x});
  xt::noalias(y.output()) = x.value() / (1 + xt::exp(-x.value()));
  on_backward(y, [x, y] {
    if (!x.needs_grad()) return;
    // y = x s with s = σ(x), so  dy/dx = s + x s (1 − s) = s + y (1 − s)
    Tensor& s = x.tape().scratch(1, x.shape());
    xt::noalias(s) = 1 / (1 + xt::exp(-x.value()));
    x.grad_sum() += y.grad() * (s + y.value() * (1 - s));
  });
  return y;
}

Var softplus(Var x) {
  Var y = new_output("softplus", x.shape(), {x});
  xt::noalias(y.output()) = xt::where(x.value() <= Scalar(0), Scalar(0), x.value()) +
                            xt::log1p(xt::exp(-xt::abs(x.value())));
  on_backward(y, [x, y] { x.grad_sum() += y.grad() / (1 + xt::exp(-x.value())); });
  return y;
}

Var sigmoid(Var x) {
  Var y = new_output("sigmoid", x.shape(), {x});
  xt::noalias(y.output()) = 1 / (1 + xt::exp(-x.value()));
  on_backward(y, [x, y] { x.grad_sum() += y.grad() * y.value() * (1 - y.value()); });
  return y;
}

Var tanh(Var x) {
  Var y = new_output("tanh", x.shape(), {x});
  xt::noalias(y.output()) = xt::tanh(x.value());
  on_backward(y, [x, y] { x.grad_sum() += y.grad() * (1 - y.value() * y.value()); });
  return y;
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
