#include "hourglass/autograd/operation.hpp"
#include "hourglass/autograd/operations.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// Written as "0 where x ≤ 0" and not as a maximum, so that a NaN stays one and is seen.
Var relu(Var x) {
  Var y = new_output("relu", x.shape(), {x});
  elementwise(y.output()) = xt::where(x.value() <= Scalar(0), Scalar(0), x.value());
  on_backward(y, [x, y] {
    x.grad_accumulator() += xt::where(x.value() <= Scalar(0), Scalar(0), y.grad());
  });
  return y;
}

Var leaky_relu(Var x, Scalar slope) {
  Var y = new_output("leaky_relu", x.shape(), {x});
  elementwise(y.output()) = xt::where(x.value() > Scalar(0), x.value(), slope * x.value());
  on_backward(y, [x, y, slope] {
    x.grad_accumulator() += xt::where(x.value() > Scalar(0), y.grad(), slope * y.grad());
  });
  return y;
}

Var elu(Var x) {
  Var y = new_output("elu", x.shape(), {x});
  elementwise(y.output()) = xt::where(x.value() <= Scalar(0), xt::expm1(x.value()), x.value());
  on_backward(y, [x, y] {
    // Where x ≤ 0: y = eˣ − 1, so dy/dx = eˣ = y + 1.
    x.grad_accumulator() += xt::where(x.value() > Scalar(0), y.grad(), y.grad() * (y.value() + 1));
  });
  return y;
}

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

Var selu(Var x) {
  static constexpr Scalar alpha = 1.6732632423543772, scale = 1.0507009873554805;
  Var y = new_output("selu", x.shape(), {x});
  elementwise(y.output()) =
      scale * xt::where(x.value() <= Scalar(0), alpha * xt::expm1(x.value()), x.value());
  on_backward(y, [x, y] {
    // Where x ≤ 0: y = λα(eˣ − 1), so dy/dx = λα eˣ = y + λα.
    x.grad_accumulator() +=
        xt::where(x.value() > Scalar(0), scale * y.grad(), y.grad() * (y.value() + scale * alpha));
  });
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

Var hard_shrink(Var x, Scalar threshold) {
  Var y = new_output("hard_shrink", x.shape(), {x});
  elementwise(y.output()) = xt::where(xt::abs(x.value()) <= threshold, Scalar(0), x.value());
  on_backward(y, [x, y, threshold] {
    x.grad_accumulator() += xt::where(xt::abs(x.value()) > threshold, y.grad(), Scalar(0));
  });
  return y;
}

Var soft_threshold(Var x, Scalar threshold) {
  Var y = new_output("soft_threshold", x.shape(), {x});
  elementwise(y.output()) = xt::where(xt::abs(x.value()) <= threshold, Scalar(0),
                                      x.value() - threshold * xt::sign(x.value()));
  on_backward(y, [x, y, threshold] {
    x.grad_accumulator() += xt::where(xt::abs(x.value()) > threshold, y.grad(), Scalar(0));
  });
  return y;
}

}}  // namespace hourglass
