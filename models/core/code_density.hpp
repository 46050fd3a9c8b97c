#pragma once

#include "hourglass/models/core/autoencoder.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A normal distribution with a full covariance, fitted to a trained model's codes, for models that
/// are trained without a prior. It is part of the model's state: saved with it, but not trained.
///
///     z = m + A n,  n ~ N(0, 1)       m: the codes' mean, (L);   A Aᵀ: their covariance, (L, L)
///
/// Until it has been fitted it is N(0, 1).
class CodeDensity : public Module {
 public:
  explicit CodeDensity(std::size_t latent);

  /// Fits it to the codes of all examples. Throws ConfigError if there are none.
  void fit(Autoencoder& model, const Dataset& data);

  /// Draws codes: (count, L)
  Tensor draw(std::size_t count, Rng& rng);

  /// Codes for noise n: m + A n, (B, L)
  Var forward(Var noise) override;

 private:
  Tensor mean_, factor_;
};

}}  // namespace hourglass
