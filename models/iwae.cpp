#include "hourglass/models/iwae.hpp"

#include <algorithm>

#include "hourglass/autograd/operations/straight_through.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

const Choices<BoundGradient>& bound_gradients() {
  static const Choices<BoundGradient> all(
      "gradient",
      {{"standard", BoundGradient::standard, "that of the bound as it is"},
       {"stl", BoundGradient::stl, "through the draws alone: biased for more than one"},
       {"dreg", BoundGradient::dreg, "doubly reparameterised: no bias, and less noise"}});
  return all;
}

Var Iwae::log_weights_along_paths(Var x, const Batch& batch, Rng& rng) {
  const Draw drawn = draw(x, batch, samples_, rng);
  Var factors = filled(x.tape(), drawn.z.shape(), 1);  // filled with w̃_i once these are known
  Var z = scale_gradient(drawn.z, factors);
  // ∂ln q/∂z = −n / σ, from n as log_density_of_draw is, for the same reason
  Var slope = stop_gradient(-drawn.noise * exp(-0.5 * drawn.q.log_variance));
  Var log_q = straight_through(sum(slope * z, {1}), log_posterior(drawn));
  Var log_w =
      reshape(log_likelihood(repeat(x, 0, samples_), z, batch) + log_prior(z, batch) - log_q,
              {samples_, batch.size()});
  if (gradient_ == BoundGradient::stl) return log_w;
  const Tensor& shares = softmax(stop_gradient(log_w), 0).value();
  const std::size_t numbers = z.shape()[1];
  for (std::size_t i = 0; i < shares.size(); ++i)
    std::fill_n(factors.output().data() + i * numbers, numbers, shares.data()[i]);
  return log_w;
}

}}  // namespace hourglass
