#include <fmt/format.h>

#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/operation.hpp"
#include "hourglass/autograd/operations.hpp"

// Of two values with broadcasting: add_reduced sums a gradient along what its value was repeated along.

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
    a.grad_accumulator().add_reduced(y.grad());
    b.grad_accumulator().add_reduced(y.grad());
  });
  return y;
}

Var sub(Var a, Var b) {
  Var y = new_output("sub", broadcast_shape("sub", a, b), {a, b});
  xt::noalias(y.output()) = a.value() - b.value();
  on_backward(y, [a, b, y] {
    a.grad_accumulator().add_reduced(y.grad());
    b.grad_accumulator().add_reduced(-y.grad());
  });
  return y;
}

Var mul(Var a, Var b) {
  Var y = new_output("mul", broadcast_shape("mul", a, b), {a, b});
  xt::noalias(y.output()) = a.value() * b.value();
  on_backward(y, [a, b, y] {
    a.grad_accumulator().add_reduced(y.grad() * b.value());
    b.grad_accumulator().add_reduced(y.grad() * a.value());
  });
  return y;
}

Var div(Var a, Var b) {
  Var y = new_output("div", broadcast_shape("div", a, b), {a, b});
  xt::noalias(y.output()) = a.value() / b.value();
  on_backward(y, [a, b, y] {
    a.grad_accumulator().add_reduced(y.grad() / b.value());
    b.grad_accumulator().add_reduced(-y.grad() * y.value() / b.value());
  });
  return y;
}

Var affine(Var x, Scalar factor, Scalar offset) {
  Var y = new_output("affine", x.shape(), {x});
  elementwise(y.output()) = factor * x.value() + offset;
  on_backward(y, [x, y, factor] { x.grad_accumulator() += factor * y.grad(); });
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
    const auto derivative = [](const Tensor& own, const Tensor& other) {
      return xt::where(own < other, Scalar(0),
                       xt::where(xt::equal(own, other), Scalar(0.5), Scalar(1)));
    };
    a.grad_accumulator().add_reduced(y.grad() * derivative(a.value(), b.value()));
    b.grad_accumulator().add_reduced(y.grad() * derivative(b.value(), a.value()));
  });
  return y;
}

Var minimum(Var a, Var b) {
  return -maximum(-a, -b);
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
  return affine(x, -1, 0);
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
