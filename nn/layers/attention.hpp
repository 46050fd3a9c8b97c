#pragma once

#include <cstddef>

#include "hourglass/autograd/base/random.hpp"
#include "hourglass/nn/layers/linear.hpp"
#include "hourglass/nn/layers/normalization.hpp"

// Layers on sequences of T vectors, called tokens: (B, T, D) → (B, T, D), for any T.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Self-attention: each token becomes a mixture of values of all tokens, weighted by how well its
/// query matches their keys, in each of H heads by itself (Vaswani et al., NIPS 2017):
///
///     Q, K, V = x W_Qᵀ + b_Q, …, cut into heads of D / H numbers
///     y = concat_h( softmax(Q_h K_hᵀ / √(D / H)) V_h ) W_Oᵀ + b_O
class SelfAttention : public Module {
 public:
  /// Throws ConfigError if the width does not divide into the heads.
  SelfAttention(std::size_t width, std::size_t heads, Rng& rng);
  Var forward(Var x) override;

 private:
  std::size_t width_, heads_;
  Linear queries_keys_values_, out_;  ///< the first makes all three, one after the other
};

/// A block of a transformer, with the normalisation before each part (Xiong et al., ICML 2020):
///
///     h = x + attention(norm(x)),    y = h + W₂ gelu(W₁ norm(h) + b₁) + b₂,    W₁: (4 D, D)
class TransformerBlock : public Module {
 public:
  TransformerBlock(std::size_t width, std::size_t heads, Rng& rng);
  Var forward(Var x) override;

 private:
  LayerNorm norm1_, norm2_;
  SelfAttention attention_;
  Linear widen_, narrow_;
};

/// Where each of rows × columns tokens stands, told by waves of different lengths: (rows · columns,
/// width). A quarter of the numbers each are sin(r ω_i), cos(r ω_i), sin(c ω_i) and cos(c ω_i) of row
/// r and column c, with ω_i = 10000^(−4 i / width). Throws ConfigError for a width that is no
/// multiple of 4.
Tensor sine_cosine_positions(std::size_t rows, std::size_t columns, std::size_t width);

}}  // namespace hourglass
