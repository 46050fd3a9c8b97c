#include "hourglass/autograd/operation.hpp"
#include "hourglass/autograd/operations.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// The smooth ones; those that are given piece by piece are in piecewise.cpp.

Var silu(Var x) {
  Var y = new_output("silu", x.shape(), {x});
  elementwise(y.output()) = x.value() / (1 + xt::exp(-x.value()));
  on_backward(y, [x, y] {
    if (!x.needs_grad()) return;
    // y = x s with s = σ(x), so  dy/dx = s + x s (1 − s) = s + y (1 − s)
    const Scratch s = scratch(x, x.shape());
    elementwise(*s) = 1 / (1 + xt::exp(-x.value()));
    x.grad_accumulator() += y.grad() * (*s + y.value() * (1 - *s));
  });
  return y;
}

Var softplus(Var x) {
  Var y = new_output("softplus", x.shape(), {x});
  elementwise(y.output()) = xt::where(x.value() <= Scalar(0), Scalar(0), x.value()) +
                            xt::log1p(xt::exp(-xt::abs(x.value())));
  on_backward(y, [x, y] { x.grad_accumulator() += y.grad() / (1 + xt::exp(-x.value())); });
  return y;
}

Var sigmoid(Var x) {
  Var y = new_output("sigmoid", x.shape(), {x});
  elementwise(y.output()) = 1 / (1 + xt::exp(-x.value()));
  on_backward(y, [x, y] { x.grad_accumulator() += y.grad() * y.value() * (1 - y.value()); });
  return y;
}

Var tanh(Var x) {
  Var y = new_output("tanh", x.shape(), {x});
  elementwise(y.output()) = xt::tanh(x.value());
  on_backward(y, [x, y] { x.grad_accumulator() += y.grad() * (1 - y.value() * y.value()); });
  return y;
}

Var gelu(Var x) {
  static constexpr Scalar to_phi = 0.3989422804014327, root_half = 0.7071067811865476;
  // From ±9 on it is ±1; xsimd's is NaN where the square overflows.
  const auto erf = [](const Tensor& x) {
    return xt::erf(xt::clip(root_half * x, Scalar(-9), Scalar(9)));
  };
  Var y = new_output("gelu", x.shape(), {x});
  elementwise(y.output()) = Scalar(0.5) * x.value() * (1 + erf(x.value()));
  on_backward(y, [x, y, erf] {
    // y = x Φ(x), so  dy/dx = Φ(x) + x φ(x)
    x.grad_accumulator() +=
        y.grad() * (Scalar(0.5) * (1 + erf(x.value())) +
                    x.value() * to_phi * xt::exp(Scalar(-0.5) * x.value() * x.value()));
  });
  return y;
}

}}  // namespace hourglass
