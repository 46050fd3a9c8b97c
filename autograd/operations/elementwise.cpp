#include <fmt/format.h>

#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/autograd/operation.hpp"
#include "hourglass/autograd/operations.hpp"

// Where a value was broadcast, its gradient is reduced by GradientAccumulator; no rule here speaks
// of it.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

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
                      operation, to_text(a.shape()), to_text(b.shape()), in_module(a)));
  }
  return shape;
}

}  // namespace

Var add(Var a, Var b) {
  Var y = new_output("add", broadcast_shape("add", a, b), {a, b});
  xt::noalias(y.output()) = a.value() + b.value();
  on_backward(y, [a, b, y] {
    a.grad_accumulator() += y.grad();
    b.grad_accumulator() += y.grad();
  });
  return y;
}

Var sub(Var a, Var b) {
  Var y = new_output("sub", broadcast_shape("sub", a, b), {a, b});
  xt::noalias(y.output()) = a.value() - b.value();
  on_backward(y, [a, b, y] {
    a.grad_accumulator() += y.grad();
    b.grad_accumulator() += -y.grad();
  });
  return y;
}

Var mul(Var a, Var b) {
  Var y = new_output("mul", broadcast_shape("mul", a, b), {a, b});
  xt::noalias(y.output()) = a.value() * b.value();
  on_backward(y, [a, b, y] {
    a.grad_accumulator() += y.grad() * b.value();
    b.grad_accumulator() += y.grad() * a.value();
  });
  return y;
}

Var div(Var a, Var b) {
  Var y = new_output("div", broadcast_shape("div", a, b), {a, b});
  xt::noalias(y.output()) = a.value() / b.value();
  on_backward(y, [a, b, y] {
    a.grad_accumulator() += y.grad() / b.value();
    b.grad_accumulator() += -y.grad() * y.value() / b.value();
  });
  return y;
}

Var affine(Var x, Scalar factor, Scalar offset) {
  Var y = new_output("affine", x.shape(), {x});
  xt::noalias(y.output()) = factor * x.value() + offset;
  on_backward(y, [x, y, factor] { x.grad_accumulator() += factor * y.grad(); });
  return y;
}

Var neg(Var x) {
  Var y = new_output("neg", x.shape(), {x});
  xt::noalias(y.output()) = -x.value();
  on_backward(y, [x, y] { x.grad_accumulator() += -y.grad(); });
  return y;
}

Var exp(Var x) {
  Var y = new_output("exp", x.shape(), {x});
  xt::noalias(y.output()) = xt::exp(x.value());
  on_backward(y, [x, y] { x.grad_accumulator() += y.grad() * y.value(); });
  return y;
}

Var log(Var x) {
  Var y = new_output("log", x.shape(), {x});
  xt::noalias(y.output()) = xt::log(x.value());
  on_backward(y, [x, y] { x.grad_accumulator() += y.grad() / x.value(); });
  return y;
}

Var sqrt(Var x) {
  Var y = new_output("sqrt", x.shape(), {x});
  xt::noalias(y.output()) = xt::sqrt(x.value());
  on_backward(y, [x, y] { x.grad_accumulator() += y.grad() / (2 * y.value()); });
  return y;
}

Var square(Var x) {
  Var y = new_output("square", x.shape(), {x});
  xt::noalias(y.output()) = x.value() * x.value();
  on_backward(y, [x, y] { x.grad_accumulator() += 2 * y.grad() * x.value(); });
  return y;
}

Var abs(Var x) {
  Var y = new_output("abs", x.shape(), {x});
  xt::noalias(y.output()) = xt::abs(x.value());
  on_backward(y, [x, y] { x.grad_accumulator() += y.grad() * xt::sign(x.value()); });
  return y;
}

namespace {

/// into = x^exponent as IEEE 754 has it, 0⁰ = 1. (xsimd's is e^(exponent ln x), which takes 0 to 0
/// whatever the exponent, and loses digits where the result is large or small.)
void raise(const Tensor& x, Scalar exponent, Tensor& into) {
  const auto of_each = [&](const auto& power) {
    run_in_parts(x.size(), [&](std::size_t part, std::size_t parts) {
      const Range own = share(x.size(), part, parts);
      for (std::size_t i = own.begin; i < own.end; ++i) into.data()[i] = power(x.data()[i]);
    });
  };
  if (exponent == 0) return into.fill(1);
  if (exponent == 1) return of_each([](Scalar x) { return x; });
  if (exponent == 2) return of_each([](Scalar x) { return x * x; });
  if (exponent == 3) return of_each([](Scalar x) { return x * x * x; });
  of_each([exponent](Scalar x) { return std::pow(x, exponent); });
}

}  // namespace

Var pow(Var x, Scalar exponent) {
  Var y = new_output("pow", x.shape(), {x});
  raise(x.value(), exponent, y.output());
  on_backward(y, [x, y, exponent] {
    if (!x.needs_grad()) return;
    // dy/dx = exponent x^(exponent − 1), and 0 for a constant, also where x is 0 or no number
    const Scratch power = scratch(x, x.shape());
    raise(x.value(), exponent == 0 ? 0 : exponent - 1, *power);
    x.grad_accumulator() += y.grad() * exponent * *power;
  });
  return y;
}

Var log1p(Var x) {
  Var y = new_output("log1p", x.shape(), {x});
  xt::noalias(y.output()) = xt::log1p(x.value());
  on_backward(y, [x, y] { x.grad_accumulator() += y.grad() / (1 + x.value()); });
  return y;
}

Var expm1(Var x) {
  Var y = new_output("expm1", x.shape(), {x});
  xt::noalias(y.output()) = xt::expm1(x.value());
  on_backward(y, [x, y] { x.grad_accumulator() += y.grad() * (y.value() + 1); });
  return y;
}

Var sign(Var x) {
  Var y = new_output("sign", x.shape(), {x});
  xt::noalias(y.output()) = xt::sign(x.value());
  on_backward(y, [x, y] { x.grad_accumulator() += xt::zeros_like(y.grad()); });
  return y;
}

Var round_straight_through(Var x) {
  Var y = new_output("round_straight_through", x.shape(), {x});
  xt::noalias(y.output()) = xt::nearbyint(x.value());
  on_backward(y, [x, y] { x.grad_accumulator() += y.grad(); });
  return y;
}

Var sign_straight_through(Var x) {
  Var y = new_output("sign_straight_through", x.shape(), {x});
  xt::noalias(y.output()) = xt::where(x.value() < Scalar(0), Scalar(-1),
                                      xt::where(x.value() >= Scalar(0), Scalar(1), x.value()));
  on_backward(y, [x, y] { x.grad_accumulator() += y.grad(); });
  return y;
}

Var clamp(Var x, Scalar low, Scalar high) {
  Var y = new_output("clamp", x.shape(), {x});
  xt::noalias(y.output()) =
      xt::where(x.value() < low, low, xt::where(x.value() > high, high, x.value()));
  on_backward(y, [x, y, low, high] {
    x.grad_accumulator() +=
        xt::where(x.value() >= low, xt::where(x.value() <= high, y.grad(), Scalar(0)), Scalar(0));
  });
  return y;
}

Var maximum(Var a, Var b) {
  Var y = new_output("maximum", broadcast_shape("maximum", a, b), {a, b});
  // Each comparison with a NaN is false: so b is taken where it is one, and else a's is kept.
  xt::noalias(y.output()) =
      xt::where(a.value() < b.value(), b.value(),
                xt::where(xt::equal(b.value(), b.value()), a.value(), b.value()));
  on_backward(y, [a, b, y] {
    // The larger one gets the gradient; where they are equal, each gets half.
    const auto rate = [](const Tensor& own, const Tensor& other) {
      return xt::where(own < other, Scalar(0),
                       xt::where(xt::equal(own, other), Scalar(0.5), Scalar(1)));
    };
    a.grad_accumulator() += y.grad() * rate(a.value(), b.value());
    b.grad_accumulator() += y.grad() * rate(b.value(), a.value());
  });
  return y;
}

Var minimum(Var a, Var b) {
  return neg(maximum(neg(a), neg(b)));
}

Var where(Var condition, Var a, Var b) {
  Var c = condition;
  if (a.shape() != c.shape() || b.shape() != c.shape())
    throw ShapeError(
        fmt::format("where: condition is {}, a is {} and b is {}: they must be alike{}",
                    to_text(c.shape()), to_text(a.shape()), to_text(b.shape()), in_module(c)));
  Var y = new_output("where", c.shape(), {c, a, b});
  xt::noalias(y.output()) = xt::where(c.value() > Scalar(0), a.value(), b.value());
  on_backward(y, [c, a, b, y] {
    a.grad_accumulator() += xt::where(c.value() > Scalar(0), y.grad(), Scalar(0));
    b.grad_accumulator() += xt::where(c.value() > Scalar(0), Scalar(0), y.grad());
  });
  return y;
}

Var operator+(Var a, Var b) {
  return add(a, b);
}
Var operator-(Var a, Var b) {
  return sub(a, b);
}
Var operator*(Var a, Var b) {
  return mul(a, b);
}
Var operator/(Var a, Var b) {
  return div(a, b);
}
Var operator-(Var x) {
  return neg(x);
}
Var operator+(Var x, Scalar c) {
  return affine(x, 1, c);
}
Var operator+(Scalar c, Var x) {
  return affine(x, 1, c);
}
Var operator-(Var x, Scalar c) {
  return affine(x, 1, -c);
}
Var operator-(Scalar c, Var x) {
  return affine(x, -1, c);
}
Var operator*(Var x, Scalar c) {
  return affine(x, c, 0);
}
Var operator*(Scalar c, Var x) {
  return affine(x, c, 0);
}
Var operator/(Var x, Scalar c) {
  if (!std::isnormal(1 / c)) return div(x, x.tape().constant(filled({}, c)));
  return affine(x, 1 / c, 0);
}

}}  // namespace hourglass
