#pragma once

#include <vector>

#include "hourglass/models/core/autoencoder.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A mixture of K normal distributions with full covariances, fitted to a trained model's codes, for
/// models that are trained without a prior. It is part of the model's state: saved with it, but not
/// trained.
///
///     k with probability w_k,  z = m_k + A_k n,  n ~ N(0, 1)     w: (K), m_k: (L), A_k: (L, L)
///
/// Until it has been fitted it is N(0, 1). With one component it is the normal distribution that has
/// the codes' mean and covariance; with more it is fitted by expectation maximisation
/// (statistics/mixture.hpp).
class CodeDensity : public Module {
 public:
  CodeDensity(std::size_t latent, std::size_t components);

  /// Fits it to the codes of all examples; of fewer examples than components, to as many. Throws
  /// ConfigError if there are none.
  void fit(Autoencoder& model, const Dataset& data, Rng rng);

  /// Draws codes: (count, L)
  Tensor draw(std::size_t count, Rng& rng) const;

  /// Codes for noise n by the first component: m_0 + A_0 n, (B, L)
  Var forward(Var noise) override;

 private:
  std::size_t draw_component(Rng& rng) const;

  Tensor weights_;
  std::vector<Tensor> means_, factors_;
};

}}  // namespace hourglass
