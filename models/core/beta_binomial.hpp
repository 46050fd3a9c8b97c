#pragma once

#include "hourglass/models/core/likelihood.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// 256 levels, as in a file of 8-bit pixels: the level is how many of 255 tosses of a coin come out
/// white, whose chance of that is itself drawn from Beta(α, β):
///     P(x = v) = C(255, v) B(v + α, 255 − v + β) / B(α, β),   E[x] / 255 = α / (α + β)
/// With α and β below 1 both black and white are likelier than the greys between them. It is the
/// likelihood of the first model that compressed by bits back with ANS (Townsend, Bird & Barber,
/// "Practical Lossless Compression with Latent Variables", ICLR 2019). Outputs: F numbers ln α, then
/// F numbers ln β, both clamped to ±7.
class BetaBinomialLikelihood : public Likelihood {
 public:
  std::size_t maps() const override { return 2; }
  Var mean(Var outputs) override;
  Var log_likelihood_of_each(Var x, Var outputs) override;
  std::unique_ptr<const LevelProbabilities> level_probabilities() const override;

 private:
  Var log_alpha(Var outputs) const;
  Var log_beta(Var outputs) const;
};

}}  // namespace hourglass
