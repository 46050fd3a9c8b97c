#pragma once

#include <array>
#include <initializer_list>

#include "autograd/tape.hpp"

// Every operation on Vars. Each one computes its value at once and records its gradient; each one's
// forward and backward stand together in one function in elementwise.cpp, activations.cpp,
// reductions.cpp, linear.cpp, shapes.cpp or losses.cpp. Shapes that do not fit throw ShapeError.

namespace hourglass::inline HOURGLASS_PRECISION {

// Elementwise on two values, with broadcasting: aligned at the right, two sizes fit if they are
// equal or one of them is 1.
Var add(Var a, Var b);  ///< a + b
Var sub(Var a, Var b);  ///< a − b
Var mul(Var a, Var b);  ///< a b
Var div(Var a, Var b);  ///< a / b
Var maximum(Var a,
            Var b);  ///< the larger of a and b; where they are equal each gets half of the gradient
Var minimum(
    Var a, Var b);  ///< the smaller of a and b; where they are equal each gets half of the gradient

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
Var pow(Var x, Scalar exponent);                  ///< x^exponent
Var log1p(Var x);                                 ///< ln(1 + x), exact for small x
Var expm1(Var x);                                 ///< eˣ − 1, exact for small x
Var sign(Var x);                                  ///< −1, 0 or 1; the gradient is 0
Var clamp(Var x, Scalar low, Scalar high);   ///< low where x < low, high where x > high, else x
Var relu(Var x);                             ///< max(x, 0); the gradient at 0 is 0
Var leaky_relu(Var x, Scalar slope = 0.01);  ///< x where x > 0, else slope x
Var elu(Var x);                              ///< x where x > 0, else eˣ − 1
Var selu(Var x);      ///< λ x where x > 0, else λ α (eˣ − 1) (Klambauer et al. 2017)
Var gelu(Var x);      ///< x Φ(x), Φ the normal distribution function
Var silu(Var x);      ///< x σ(x)
Var softplus(Var x);  ///< ln(1 + eˣ), without overflow
Var sigmoid(Var x);   ///< σ(x) = 1 / (1 + e⁻ˣ)
Var tanh(Var x);      ///< tanh x
Var hard_shrink(Var x, Scalar threshold = 0.5);  ///< 0 where |x| ≤ threshold, else x
Var soft_threshold(
    Var x, Scalar threshold = 0.5);  ///< 0 where |x| ≤ threshold, else x moved towards 0 by it

/// a where the condition is positive, else b; all of one shape. The condition gets no gradient.
Var where(Var condition, Var a, Var b);

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

/// Which axes a reduction goes over: `{0, 2}`, counted from the end where negative, or all.
class Axes {
 public:
  /// Throws ShapeError for more axes than a tensor can have.
  Axes(std::initializer_list<int> axes);
  static Axes all();
  /// One bit for each axis of a value of this rank. Throws ShapeError for an axis that it has not.
  unsigned mask(std::size_t rank) const;

 private:
  std::array<int, 8> axes_{};
  std::size_t count_ = 0;
  bool all_ = false;
};

/// Σ x over `axes`, which are kept with size 1 or dropped.
Var sum(Var x, Axes axes = Axes::all(), bool keep_dims = false);
/// The mean of x over `axes`: their sum divided by how many elements it adds up.
Var mean(Var x, Axes axes = Axes::all(), bool keep_dims = false);

/// The variance of x over `axes`: Σ (x − mean)² / (n − correction), with n terms.
Var var(Var x, Axes axes = Axes::all(), bool keep_dims = false, Scalar correction = 1);
/// The largest element over `axes`; elements that share the first place share the gradient.
Var max(Var x, Axes axes = Axes::all(), bool keep_dims = false);
/// The smallest element over `axes`; elements that share the last place share the gradient.
Var min(Var x, Axes axes = Axes::all(), bool keep_dims = false);
/// ln Σ eˣ over `axes`, without overflow.
Var logsumexp(Var x, Axes axes = Axes::all(), bool keep_dims = false);
/// √Σ x² over `axes`; the gradient at 0 is 0.
Var norm(Var x, Axes axes = Axes::all(), bool keep_dims = false);
/// eˣ / Σ eˣ along one axis.
Var softmax(Var x, int axis = -1);
/// ln softmax(x) along one axis, without overflow.
Var log_softmax(Var x, int axis = -1);

/// The same elements in the same order with another shape.
Var reshape(Var x, const Shape& shape);
/// (B, …) as (B, F)
Var flatten(Var x);
/// xᵀ       x: (N, M)   y: (M, N)
Var transpose(Var x);
/// The elements begin, …, end − 1 of one axis.
Var slice(Var x, int axis, std::size_t begin, std::size_t end);
/// a, then b along one axis; their other sizes are equal.
Var concatenate(Var a, Var b, int axis);

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
