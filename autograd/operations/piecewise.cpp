#include "hourglass/autograd/operation.hpp"
#include "hourglass/autograd/operations.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// Activations that are given piece by piece.

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
