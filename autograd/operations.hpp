#pragma once

#include <initializer_list>

#include "autograd/tape.hpp"

// Every operation on Vars. Each one computes its value at once and records its gradient; each one's
// forward and backward stand together in one function in elementwise.cpp, reductions.cpp,
// linear.cpp, shapes.cpp or losses.cpp. Shapes that do not fit throw ShapeError.

namespace hourglass::inline HOURGLASS_PRECISION {

// Elementwise on two values, with broadcasting: aligned at the right, two sizes fit if they are
// equal or one of them is 1.
Var add(Var a, Var b);  ///< a + b
Var sub(Var a, Var b);  ///< a − b
Var mul(Var a, Var b);  ///< a b
Var div(Var a, Var b);  ///< a / b

inline Var operator+(Var a, Var b) {
  return add(a, b);
}
inline Var operator-(Var a, Var b) {
  return sub(a, b);
}
inline Var operator*(Var a, Var b) {
  return mul(a, b);
}
inline Var operator/(Var a, Var b) {
  return div(a, b);
}

// Elementwise on one value.
Var affine(Var x, Scalar factor, Scalar offset);  ///< factor x + offset
Var neg(Var x);                                   ///< −x
Var exp(Var x);                                   ///< eˣ
Var log(Var x);                                   ///< ln x
Var sqrt(Var x);                                  ///< √x
Var square(Var x);                                ///< x²
Var abs(Var x);                                   ///< |x|; the gradient at 0 is 0
Var relu(Var x);                                  ///< max(x, 0); the gradient at 0 is 0
Var leaky_relu(Var x, Scalar slope = 0.01);       ///< x where x > 0, else slope x
Var elu(Var x);                                   ///< x where x > 0, else eˣ − 1
Var silu(Var x);                                  ///< x σ(x)
Var softplus(Var x);                              ///< ln(1 + eˣ), without overflow
Var sigmoid(Var x);                               ///< σ(x) = 1 / (1 + e⁻ˣ)
Var tanh(Var x);                                  ///< tanh x

inline Var operator-(Var x) {
  return neg(x);
}
inline Var operator+(Var x, Scalar c) {
  return affine(x, 1, c);
}
inline Var operator+(Scalar c, Var x) {
  return affine(x, 1, c);
}
inline Var operator-(Var x, Scalar c) {
  return affine(x, 1, -c);
}
inline Var operator-(Scalar c, Var x) {
  return affine(x, -1, c);
}
inline Var operator*(Var x, Scalar c) {
  return affine(x, c, 0);
}
inline Var operator*(Scalar c, Var x) {
  return affine(x, c, 0);
}
inline Var operator/(Var x, Scalar c) {
  return affine(x, 1 / c, 0);
}

/// Which axes a reduction goes over: `{0, 2}`, counted from the end where negative, or `all_axes`.
class Axes {
 public:
  Axes(std::initializer_list<int> axes) : axes_(axes) {}
  static Axes all() { return Axes(); }
  /// One bit for each axis of a value of this rank. Throws ShapeError for an axis it has not.
  unsigned mask(std::size_t rank) const;

 private:
  Axes() : all_(true) {}
  std::initializer_list<int> axes_;
  bool all_ = false;
};

/// Σ x over `axes`, which are kept with size 1 or dropped.
Var sum(Var x, Axes axes = Axes::all(), bool keep_dims = false);
/// The mean of x over `axes`: their sum divided by how many elements it adds up.
Var mean(Var x, Axes axes = Axes::all(), bool keep_dims = false);

/// The same elements in the same order with another shape.
Var reshape(Var x, const Shape& shape);

/// y = x w           x: (B, N)   w: (N, M)   y: (B, M)
Var matmul(Var x, Var w);
/// y = x wᵀ + b      x: (B, N)   w: (M, N)   b: (M)   y: (B, M)
Var linear(Var x, Var w, Var b);
/// y = x wᵀ          x: (B, N)   w: (M, N)   y: (B, M)
Var linear(Var x, Var w);

// Losses, one number an example: summed over an example's elements, never over the batch (nn's
// losses reduce further, and say so in their type). Each is differentiable in both arguments.

/// y_b = Σ_j (x_bj − t_bj)²                       x, t: (B, N)   y: (B)
Var squared_error(Var x, Var t);
/// y_b = −Σ_j t_bj ln σ(z_bj) + (1 − t_bj) ln(1 − σ(z_bj))    z, t: (B, N)   y: (B), in nats
/// computed from the logits z as max(z, 0) − z t + ln(1 + e^−|z|), which no z overflows.
Var binary_cross_entropy(Var logits, Var targets);

}  // namespace hourglass::inline HOURGLASS_PRECISION
