#include <fmt/format.h>

#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/autograd/operation.hpp"
#include "hourglass/autograd/operations.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

Var exp(Var x) {
  Var y = new_output("exp", x.shape(), {x});
  elementwise(y.output()) = xt::exp(x.value());
  on_backward(y, [x, y] { x.grad_accumulator() += y.grad() * y.value(); });
  return y;
}

Var log(Var x) {
  Var y = new_output("log", x.shape(), {x});
  elementwise(y.output()) = xt::log(x.value());
  on_backward(y, [x, y] { x.grad_accumulator() += y.grad() / x.value(); });
  return y;
}

Var sqrt(Var x) {
  Var y = new_output("sqrt", x.shape(), {x});
  elementwise(y.output()) = xt::sqrt(x.value());
  on_backward(y, [x, y] { x.grad_accumulator() += y.grad() / (2 * y.value()); });
  return y;
}

Var square(Var x) {
  Var y = new_output("square", x.shape(), {x});
  elementwise(y.output()) = x.value() * x.value();
  on_backward(y, [x, y] { x.grad_accumulator() += 2 * y.grad() * x.value(); });
  return y;
}

Var abs(Var x) {
  Var y = new_output("abs", x.shape(), {x});
  elementwise(y.output()) = xt::abs(x.value());
  on_backward(y, [x, y] { x.grad_accumulator() += y.grad() * xt::sign(x.value()); });
  return y;
}

namespace {

/// into = x^exponent as IEEE 754 has it, 0⁰ = 1. (xsimd's is e^(exponent ln x), which takes 0 to 0
/// whatever the exponent, and loses digits where the result is large or small.)
void raise(const Tensor& x, Scalar exponent, Tensor& into) {
  const auto of_each = [&](const auto& power) {
    run_in_parts(x.size(), [&](std::size_t part, std::size_t parts) {
      const Range own = split_range(x.size(), part, parts);
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
  elementwise(y.output()) = xt::log1p(x.value());
  on_backward(y, [x, y] { x.grad_accumulator() += y.grad() / (1 + x.value()); });
  return y;
}

Var expm1(Var x) {
  Var y = new_output("expm1", x.shape(), {x});
  elementwise(y.output()) = xt::expm1(x.value());
  on_backward(y, [x, y] { x.grad_accumulator() += y.grad() * (y.value() + 1); });
  return y;
}

Var sign(Var x) {
  Var y = new_output("sign", x.shape(), {x});
  elementwise(y.output()) = xt::sign(x.value());
  on_backward(y, [x, y] { x.grad_accumulator() += xt::zeros_like(y.grad()); });
  return y;
}

Var round_straight_through(Var x) {
  Var y = new_output("round_straight_through", x.shape(), {x});
  elementwise(y.output()) = xt::nearbyint(x.value());
  on_backward(y, [x, y] { x.grad_accumulator() += y.grad(); });
  return y;
}

Var clamp(Var x, Scalar low, Scalar high) {
  Var y = new_output("clamp", x.shape(), {x});
  elementwise(y.output()) =
      xt::where(x.value() < low, low, xt::where(x.value() > high, high, x.value()));
  on_backward(y, [x, y, low, high] {
    x.grad_accumulator() +=
        xt::where(x.value() >= low, xt::where(x.value() <= high, y.grad(), Scalar(0)), Scalar(0));
  });
  return y;
}

Var where(Var condition, Var a, Var b) {
  Var c = condition;
  if (a.shape() != c.shape() || b.shape() != c.shape())
    throw ShapeError(
        fmt::format("where: condition is {}, a is {} and b is {}: they must be alike{}",
                    to_text(c.shape()), to_text(a.shape()), to_text(b.shape()), in_module(c)));
  Var y = new_output("where", c.shape(), {c, a, b});
  elementwise(y.output()) = xt::where(c.value() > Scalar(0), a.value(), b.value());
  on_backward(y, [c, a, b, y] {
    a.grad_accumulator() += xt::where(c.value() > Scalar(0), y.grad(), Scalar(0));
    b.grad_accumulator() += xt::where(c.value() > Scalar(0), Scalar(0), y.grad());
  });
  return y;
}

}}  // namespace hourglass
