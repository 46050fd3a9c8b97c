#pragma once

#include "hourglass/models/core/likelihood.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// N(x; x̂, s²) with an s for each number of each example, which the decoder gives as it gives x̂:
///     x̂ = σ(a),   ln s = −6 + softplus(b + 4)      outputs: F numbers a, then F numbers b
/// so that a column of a table that others determine counts for more than one that is mostly noise.
/// The bound on s keeps the density of a number that was learnt by heart finite; where b is 0, as it
/// nearly is before training, s is 0.14. Not for images: their constant pixels would outweigh all
/// others.
class ScaledGaussianLikelihood : public Likelihood {
 public:
  std::size_t maps() const override { return 2; }
  Var mean(Var outputs) override;
  Var log_likelihood_of_each(Var x, Var outputs) override;
  Tensor draw(const Tensor& outputs, Rng& rng) const override;
  Probability probability() const override { return Probability::density; }
};

}}  // namespace hourglass
