#include "hourglass/nn/layers/attention.hpp"

#include <fmt/format.h>

#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/operations.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// A layer of vectors on each token: (B, T, in) → (B, T, out)
Var on_each_token(Module& layer, Var x) {
  const std::size_t examples = x.shape()[0], tokens = x.shape()[1];
  Var y = layer(reshape(x, {examples * tokens, x.shape()[2]}));
  return reshape(y, {examples, tokens, y.shape()[1]});
}

}  // namespace

SelfAttention::SelfAttention(std::size_t width, std::size_t heads, Rng& rng)
    : width_(width),
      heads_(heads),
      queries_keys_values_(width, 3 * width, rng),
      out_(width, width, rng) {
  if (heads == 0 || width % heads != 0)
    throw ConfigError(
        fmt::format("SelfAttention: a width of {} does not divide into {} heads", width, heads));
  register_module("queries_keys_values", queries_keys_values_);
  register_module("out", out_);
}

Var SelfAttention::forward(Var x) {
  if (x.dimension() != 3 || x.shape()[2] != width_)
    throw ShapeError(fmt::format("SelfAttention: x is {}: it must be (B, T, {}){}",
                                 to_text(x.shape()), width_, in_module(x)));
  const std::size_t examples = x.shape()[0], tokens = x.shape()[1], part = width_ / heads_;
  Var all = on_each_token(queries_keys_values_, x);  // (B, T, 3 D)
  const auto of_heads = [&](std::size_t which) {     // (B, H, T, D / H)
    Var one = slice(all, 2, which * width_, (which + 1) * width_);
    return permute(reshape(one, {examples, tokens, heads_, part}), {0, 2, 1, 3});
  };
  Var q = of_heads(0), k = of_heads(1), v = of_heads(2);
  Var matches = matmul(q, permute(k, {0, 1, 3, 2})) / std::sqrt(static_cast<Scalar>(part));
  Var mixed = permute(matmul(softmax(matches), v), {0, 2, 1, 3});  // (B, T, H, D / H)
  return on_each_token(out_, reshape(mixed, {examples, tokens, width_}));
}

TransformerBlock::TransformerBlock(std::size_t width, std::size_t heads, Rng& rng)
    : norm1_(width),
      norm2_(width),
      attention_(width, heads, rng),
      widen_(width, 4 * width, rng),
      narrow_(4 * width, width, rng) {
  register_module("norm1", norm1_);
  register_module("attention", attention_);
  register_module("norm2", norm2_);
  register_module("widen", widen_);
  register_module("narrow", narrow_);
}

Var TransformerBlock::forward(Var x) {
  Var h = x + attention_(norm1_(x));
  return h + on_each_token(narrow_, gelu(on_each_token(widen_, norm2_(h))));
}

Tensor sine_cosine_positions(std::size_t rows, std::size_t columns, std::size_t width) {
  if (width == 0 || width % 4 != 0)
    throw ConfigError(fmt::format("positions of {} numbers: it must be a multiple of 4", width));
  const std::size_t waves = width / 4;
  Tensor positions = filled({rows * columns, width});
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c)
      for (std::size_t i = 0; i < waves; ++i) {
        const double wave = std::pow(10000.0, -static_cast<double>(i) / static_cast<double>(waves));
        Scalar* at = positions.data() + (r * columns + c) * width + i;
        at[0] = static_cast<Scalar>(std::sin(static_cast<double>(r) * wave));
        at[waves] = static_cast<Scalar>(std::cos(static_cast<double>(r) * wave));
        at[2 * waves] = static_cast<Scalar>(std::sin(static_cast<double>(c) * wave));
        at[3 * waves] = static_cast<Scalar>(std::cos(static_cast<double>(c) * wave));
      }
  return positions;
}

}}  // namespace hourglass
