#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>

#include "hourglass/autograd/base/sizes.hpp"
#include "hourglass/autograd/constants.hpp"

// Every operation on Vars; stop_gradient, straight_through and unit_step are in
// operations/straight_through.hpp. Each one computes its value at once and records its gradient; its
// forward and backward stand together in one function, in the file that its heading here names.
// Shapes that do not fit throw ShapeError. Special values: docs/engine.md.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// Elementwise on two values, with broadcasting: aligned at the right, two sizes fit if they are
// equal or one of them is 1. (arithmetic.cpp)

Var add(Var a, Var b);  ///< a + b
Var sub(Var a, Var b);  ///< a − b
Var mul(Var a, Var b);  ///< a b
Var div(Var a, Var b);  ///< a / b
/// The larger of a and b; where they are equal, each gets half of the gradient.
Var maximum(Var a, Var b);
/// The smaller of a and b; where they are equal, each gets half of the gradient.
Var minimum(Var a, Var b);

Var operator+(Var a, Var b);  ///< a + b
Var operator-(Var a, Var b);  ///< a − b
Var operator*(Var a, Var b);  ///< a b
Var operator/(Var a, Var b);  ///< a / b

// Elementwise on one value. (elementwise.cpp, activations.cpp, piecewise.cpp)

Var affine(Var x, Scalar factor, Scalar offset);  ///< factor x + offset
Var exp(Var x);                                   ///< eˣ
Var log(Var x);                                   ///< ln x
Var sqrt(Var x);                                  ///< √x
Var square(Var x);                                ///< x²
Var abs(Var x);                                   ///< |x|; the gradient at 0 is 0
Var pow(Var x, Scalar exponent);                  ///< x^exponent, and x⁰ = 1
Var log1p(Var x);                                 ///< ln(1 + x), exact for small x
Var expm1(Var x);                                 ///< eˣ − 1, exact for small x
Var sign(Var x);                                  ///< −1, 0, 1 or NaN; gradient 0
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
/// 0 where |x| ≤ threshold, else x moved towards 0 by it
Var soft_threshold(Var x, Scalar threshold = 0.5);

/// x rounded to the nearest whole number, halves to the even one; backward passes the gradient on
/// as if it were the identity: the straight-through estimator (Bengio, Léonard & Courville 2013).
Var round_straight_through(Var x);

/// a where the condition is positive, else b; all of one shape. The condition gets no gradient.
Var where(Var condition, Var a, Var b);

Var operator-(Var x);            ///< −x
Var operator+(Var x, Scalar c);  ///< x + c
Var operator+(Scalar c, Var x);  ///< c + x
Var operator-(Var x, Scalar c);  ///< x − c
Var operator-(Scalar c, Var x);  ///< c − x
Var operator*(Var x, Scalar c);  ///< c x
Var operator*(Scalar c, Var x);  ///< c x
Var operator/(Var x, Scalar c);  ///< x / c

/// Axes of a value: `{0, 2}`, counted from the end where negative, or all. (axes.cpp)
class Axes {
 public:
  /// Throws ShapeError for more axes than a tensor can have.
  Axes(std::initializer_list<int> axes);
  static Axes all();
  /// One bit for each axis of a value of this rank. Throws ShapeError for an axis that it has not.
  unsigned mask(std::size_t rank) const;
  /// The axes from the front, as a permutation. Throws ShapeError where each of a value of this
  /// rank is not there once.
  std::array<std::uint8_t, 8> order(std::size_t rank) const;

 private:
  std::array<int, 8> axes_{};
  std::size_t count_ = 0;
  bool all_ = false;
};

// Reductions over some axes. (reductions.cpp)

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

// Shapes. (shapes.cpp)

/// The same elements in the same order with another shape.
Var reshape(Var x, const Shape& shape);
/// (B, …) as (B, F)
Var flatten(Var x);
/// xᵀ       x: (N, M)   y: (M, N)
Var transpose(Var x);
/// x with its axes in another order: axis i of y is axis order[i] of x. `permute(x, {0, 2, 3, 1})`
/// turns (N, C, H, W) into (N, H, W, C).
Var permute(Var x, Axes order);
/// The elements begin, …, end − 1 of one axis.
Var slice(Var x, int axis, std::size_t begin, std::size_t end);
/// The parts one after the other along one axis; their other sizes are equal.
Var concatenate(std::initializer_list<Var> parts, int axis);
Var concatenate(Var a, Var b, int axis);
/// Parts of one shape as the elements of a new axis.
Var stack(std::initializer_list<Var> parts, int axis = 0);
/// x with `before` and `after` more elements of this value at the ends of one axis.
Var pad(Var x, int axis, std::size_t before, std::size_t after, Scalar value = 0);
/// x, `times` times one after the other along one axis.
Var repeat(Var x, int axis, std::size_t times);

// Looking up. Indices are whole numbers in a Var, which gets no gradient; anything else throws
// ShapeError. (indexing.cpp)

/// The elements of one axis of x that `indices`, (K), name: y has size K there. With axis 0 this is
/// the look-up of K embeddings in a table (V, D).
Var index_select(Var x, Var indices, int axis = 0);
/// y[i][j] = x[i][indices[i][j]] for axis 1 of two, and so on; y has the shape of `indices`, which
/// agrees with x's but for that axis.
Var gather(Var x, Var indices, int axis);
/// 1 where an element is among the k largest along the last axis, else 0; of equal ones the first
/// count. The gradient is 0: `x * top_k_mask(x, k)` keeps the k largest (Makhzani & Frey 2014).
Var top_k_mask(Var x, std::size_t k);
/// Each line along the last axis in ascending order, equal elements in the order in which they
/// were, NaN last. The gradient of an element goes back to its old place.
Var sort(Var x);

// Products. (linear.cpp)

/// y = x w           x: (B, N)   w: (N, M)   y: (B, M)
/// With more axes, one product for each index of the leading axes: x: (…, B, N), w: (…, N, M),
/// where either may be a single matrix that serves all.
Var matmul(Var x, Var w);
/// y = x wᵀ + b      x: (B, N)   w: (M, N)   b: (M)   y: (B, M)
Var linear(Var x, Var w, Var b);
/// y = x wᵀ          x: (B, N)   w: (M, N)   y: (B, M)
Var linear(Var x, Var w);

// Images, (N, C, H, W). (convolution.cpp, pooling.cpp, upsampling.cpp)

struct ConvOptions {
  Size2 stride = 1;
  Size2 padding = 0;  ///< zeros on each side
  Size2 dilation = 1;
  std::uint32_t groups = 1;
};
/// y_n,o = b_o + Σ_c w_o,c ⋆ x_n,c   (the cross-correlation that deep learning calls convolution)
/// x: (N, C, H, W)   w: (O, C / groups, KH, KW)   b: (O)   y: (N, O, OH, OW)
/// with OH = ⌊(H + 2 padding − dilation (KH − 1) − 1) / stride⌋ + 1, and OW likewise. Output
/// channel o of group g sees the input channels of group g only.
Var conv2d(Var x, Var w, Var b, ConvOptions options = {});
Var conv2d(Var x, Var w, ConvOptions options = {});

struct ConvTransposeOptions {
  Size2 stride = 1;
  Size2 padding = 0;         ///< cut from each side of y
  Size2 output_padding = 0;  ///< added to the lower and right side of y
  Size2 dilation = 1;
  std::uint32_t groups = 1;
};
/// The transpose of conv2d's linear map, its gradient by the input: each pixel is added to a window
/// of y.
///     x: (N, C, H, W)   w: (C, O / groups, KH, KW)   b: (O)   y: (N, O, OH, OW) with
///     OH = (H − 1) stride − 2 padding + dilation (KH − 1) + output_padding + 1
Var conv_transpose2d(Var x, Var w, Var b, ConvTransposeOptions options = {});
Var conv_transpose2d(Var x, Var w, ConvTransposeOptions options = {});

struct PoolOptions {
  Size2 kernel = 2;
  Size2 stride = 0;   ///< 0: as the kernel
  Size2 padding = 0;  ///< at most half of the kernel
};
/// The largest element of each window; the padding never is. Of equal ones the first gets the
/// gradient.
Var max_pool2d(Var x, PoolOptions options = {});
/// The mean of each window, the zeros of the padding counted.
Var avg_pool2d(Var x, PoolOptions options = {});
/// Each pixel `factor` times along height and width.
Var upsample_nearest(Var x, Size2 factor);
/// Linear interpolation between the centres of pixels, the border's beyond (PyTorch's
/// align_corners = False).
Var upsample_bilinear(Var x, Size2 factor);
/// (N, C r², H, W) as (N, C, H r, W r): channel c r² + i r + j holds the pixels (h r + i, w r + j)
/// of channel c (Shi et al., CVPR 2016).
Var pixel_shuffle(Var x, std::size_t r);

// Normalisation, ŷ = (x − mean) / √(var + ε) w + b, with the biased variance. (normalization.cpp)

/// Mean and variance of each channel over batch and pixels (Ioffe & Szegedy, ICML 2015).
/// x: (B, C) or (N, C, H, W)   w, b: (C).   In training from the batch, and the running statistics,
/// (C), move towards them: r ← (1 − momentum) r + momentum s, with the unbiased variance; otherwise
/// they take the batch's place.
Var batch_norm(Var x, Var w, Var b, Tensor& running_mean, Tensor& running_var, bool training,
               Scalar momentum = 0.1, Scalar eps = 1e-5);
/// Mean and variance of each example over the last axes, those of w and b (Ba et al. 2016).
Var layer_norm(Var x, Var w, Var b, Scalar eps = 1e-5);
/// Mean and variance of each example over each of `groups` groups of its channels (Wu & He 2018).
/// x: (N, C, …)   w, b: (C)
Var group_norm(Var x, std::size_t groups, Var w, Var b, Scalar eps = 1e-5);

// Noise, drawn from `rng` in the order of the elements; no gradient passes through the draw.
// (noise.cpp)

/// 0 with probability `rate`, else x / (1 − rate) (Srivastava et al., JMLR 2014).
Var dropout(Var x, Scalar rate, Rng& rng);
/// x + deviation n, n ~ N(0, 1)
Var gaussian_noise(Var x, Scalar deviation, Rng& rng);
/// 0 with probability `rate`, else x (Vincent et al., JMLR 2010).
Var masking_noise(Var x, Scalar rate, Rng& rng);
/// 0 or 1, each with probability rate / 2, else x (Vincent et al., JMLR 2010).
Var salt_and_pepper_noise(Var x, Scalar rate, Rng& rng);

// Losses, one number an example: summed over an example's elements, never over the batch
// (per_example and per_element of nn/losses.hpp reduce further). Each is differentiable in all its
// arguments but labels. (losses.cpp)

/// y_b = Σ_j (x_bj − t_bj)²                       x, t: (B, N)   y: (B)
Var squared_error(Var x, Var t);
/// y_b = Σ_j |x_bj − t_bj|                        x, t: (B, N)   y: (B); the gradient at 0 is 0
Var absolute_error(Var x, Var t);
/// y_b = Σ_j h(x_bj − t_bj), h(d) = d²/2 where |d| ≤ δ, else δ (|d| − δ/2)   (Huber 1964)
Var huber(Var x, Var t, Scalar delta = 1);
/// y_b = −Σ_j t_bj ln σ(z_bj) + (1 − t_bj) ln(1 − σ(z_bj))    z, t: (B, N)   y: (B), in nats
/// computed from the logits z as max(z, 0) − z t + ln(1 + e^−|z|), which no z overflows.
Var binary_cross_entropy(Var logits, Var targets);
/// y_b = −ln softmax(z_b)[label_b]                z: (B, K)   labels: (B), whole   y: (B), in nats
Var cross_entropy(Var logits, Var labels);

// Log-likelihoods of x and divergences between distributions, one number an example unless stated
// otherwise, in nats. (likelihoods.cpp, beta_binomial.cpp; between samples: discrepancies.cpp)

/// y_b = −½ Σ_j ln 2π + l_bj + (x_bj − μ_bj)² e^−l_bj,  l = ln σ²      all: (B, N)   y: (B)
Var gaussian_log_likelihood(Var x, Var mean, Var log_variance);
/// y_b = Σ_j x_bj ln σ(z_bj) + (1 − x_bj) ln(1 − σ(z_bj))              all: (B, N)   y: (B)
Var bernoulli_log_likelihood(Var x, Var logits);
/// y_b = Σ_j ln P(x_bj), where P is the mass that the logistic distribution of this mean and scale
/// s = e^log_scale has in the bin of width 1 / (levels − 1) around x, and beyond where x is the
/// first or last level. x in 0..1, a multiple of the bin's width (Salimans et al., PixelCNN++, ICLR
/// 2017). x gets no gradient.      all: (B, N)   y: (B)
Var discretized_logistic_log_likelihood(Var x, Var mean, Var log_scale, std::size_t levels = 256);
/// y_bj = ln C(n, k_bj) + ln B(k_bj + α_bj, n − k_bj + β_bj) − ln B(α_bj, β_bj): of each count k of n
/// by itself, with α = e^log_alpha, β = e^log_beta and the beta function B. k gets no gradient.
///      all of one shape
Var beta_binomial_log_likelihood(Var counts, Var log_alpha, Var log_beta, std::size_t n = 255);
/// KL(N(μ, σ²) ‖ N(0, 1)):  y_b = ½ Σ_j μ_bj² + e^l_bj − l_bj − 1,  l = ln σ²    (B, N) → (B)
Var kl_divergence(Var mean, Var log_variance);
/// KL(N(μ, σ²) ‖ N(μ', σ'²)):  y_b = ½ Σ_j l' − l + (e^l + (μ − μ')²) e^−l' − 1    (B, N) → (B)
Var kl_divergence(Var mean, Var log_variance, Var other_mean, Var other_log_variance);
/// Σ_j ρ ln ρ/q_j + (1 − ρ) ln (1 − ρ)/(1 − q_j): how far mean activations q in (0, 1) are from the
/// sparsity ρ (Ng, "Sparse autoencoder", 2011).      q: (N)   y: ()
Var kl_bernoulli(Var q, Scalar rho);
/// The unbiased estimate of the squared maximum mean discrepancy between two samples,
///     Σ_i≠j k(x_i, x_j) / n(n − 1) + Σ_i≠j k(z_i, z_j) / m(m − 1) − 2 Σ_ij k(x_i, z_j) / nm
/// (Gretton et al., JMLR 2012), with the inverse multiquadric k(a, b) = c / (c + ‖a − b‖²)
/// (Tolstikhin et al., 2018).
/// x: (n, D)   z: (m, D)   y: ();   n, m ≥ 2
Var mmd_imq(Var x, Var z, Scalar c);

}}  // namespace hourglass
