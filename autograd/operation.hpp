#pragma once

#include <xtensor/xmath.hpp>
#include <xtensor/xnoalias.hpp>

#include "hourglass/autograd/constants.hpp"
#include "hourglass/autograd/gradient_accumulator.hpp"
#include "hourglass/autograd/kernels/gemm.hpp"

// What an operation is written with. An operation is one function: it checks shapes, asks for its
// output, computes it, and says what backward does.
//
//     Var sigmoid(Var x) {
//       Var y = new_output("sigmoid", x.shape(), {x});
//       elementwise(y.output()) = 1 / (1 + xt::exp(-x.value()));
//       on_backward(y, [x, y] { x.grad_accumulator() += y.grad() * y.value() * (1 - y.value()); });
//       return y;
//     }

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A new value of this shape on the inputs' tape, to be computed into `output()`, whole, before the
/// next one is asked for. Throws TapeError where the inputs are on different tapes.
Var new_output(const char* operation, const Shape& shape, std::initializer_list<Var> inputs);

/// Room for what backward needs besides inputs and output, to be computed into `output()`.
inline Var save_for_backward(const char* name, Var input, const Shape& shape) {
  return new_constant(name, input.tape(), shape);
}

/// A tensor for results in between, until the end of the block.
inline Scratch scratch(Var input, const Shape& shape) {
  return Scratch(input.tape().pool(), shape);
}

/// Which axis of x this is, counted from the front; a negative one counts from the end. Throws
/// ShapeError for an axis that x has not.
std::size_t checked_axis(const char* operation, Var x, int axis);

/// Says what adds y's gradient, on its way backward, to the gradients of y's inputs.
template <class F>
void on_backward(Var y, const F& backward) {
  if (y.needs_grad()) y.tape().on_backward(y, Backward(backward));
}

/// sum += a b      a: (M, K)   b: (K, N)
void gemm(Factor a, Factor b, GradientAccumulator sum);

}}  // namespace hourglass
