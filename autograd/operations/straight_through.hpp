#pragma once

#include "hourglass/autograd/operation.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// x as a constant: its value as it is now, through which no gradient passes. Papers write sg[x].
inline Var stop_gradient(Var x) {
  Var y = new_constant("stop_gradient", x.tape(), x.shape());
  y.output() = x.value();
  return y;
}

/// The value of `replacement` with the gradient of x, x + sg[replacement − x]: for a step
/// without a useful gradient (the choice of a code vector) that should pass gradients on as if it
/// were the identity. `replacement` gets none.       x, replacement: of one shape
/// Bengio, Léonard & Courville, "Estimating or Propagating Gradients Through Stochastic Neurons",
/// 2013.
inline Var straight_through(Var x, Var replacement) {
  Var y = new_output("straight_through", x.shape(), {x});
  y.output() = replacement.value();
  on_backward(y, [x, y] { x.grad_accumulator() += y.grad(); });
  return y;
}

/// x with another gradient: y = x, and backward gives x the gradient of y times `factors`, element
/// by element. `factors` is read in backward, so it may be a constant that is filled after y was
/// used. It gets no gradient.       x, factors: of one shape
inline Var scale_gradient(Var x, Var factors) {
  Var y = new_output("scale_gradient", x.shape(), {x});
  y.output() = x.value();
  on_backward(y, [x, factors, y] { x.grad_accumulator() += y.grad() * factors.value(); });
  return y;
}

/// 1 where x > 0, 0 where x ≤ 0; backward takes it for a line that rises from 0 at −bandwidth / 2 to
/// 1 at bandwidth / 2: the slope is 1 / bandwidth between them, else 0. So a threshold learns from
/// what comes close to it (Rajamanoharan et al., "Jumping Ahead", 2024).
Var unit_step(Var x, Scalar bandwidth);

}}  // namespace hourglass
