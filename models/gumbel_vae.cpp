#include "hourglass/models/gumbel_vae.hpp"

#include <numeric>

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// argmax_k π_nk: the most probable values
Var GumbelVae::code_indices(Var x) {
  Var values = new_constant("values", x.tape(), {options_.categories});
  std::iota(values.output().begin(), values.output().end(), Scalar(0));
  return sum(top_k_mask(log_posterior(x), 1) * values, {2});
}

Var GumbelVae::decode_indices(Var indices) {
  const Tensor& values = indices.value();
  Var z = filled(indices.tape(), {indices.shape()[0], latent()}, 0);
  for (std::size_t i = 0; i < values.size(); ++i)
    z.output().data()[i * options_.categories + static_cast<std::size_t>(values.data()[i])] = 1;
  return decode(z);
}

/// Each value of each variable is equally likely.
Tensor GumbelVae::sample_codes(std::size_t count, Rng& rng) {
  const auto categories = static_cast<std::uint32_t>(options_.categories);
  Tensor codes = filled({count, latent()});
  for (std::size_t i = 0; i < count * variables(); ++i)
    codes.data()[i * categories + rng.below(categories)] = 1;
  return codes;
}

}}  // namespace hourglass
