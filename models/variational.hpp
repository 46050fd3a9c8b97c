#pragma once

#include "models/autoencoder.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

/// What every autoencoder has in common whose code is a random variable z: an encoder that gives a
/// distribution q(z | x), a prior p(z) and a decoder p(x | z). Its loss is the negative evidence
/// lower bound or a relative of it; the bound's gap to ln p(x) is what importance sampling closes.
class Variational : public Autoencoder {
 public:
  /// KL(q(z | x) ‖ p(z)), one number for each number of the code: (B, latent()), in nats. Where the
  /// prior has no closed form, an estimate from one draw.
  virtual Var kl_per_dimension(Var x, Rng& rng) = 0;

  /// ln p(x, z) − ln q(z | x) for one draw z ~ q(z | x) an example: (B), in nats. The mean of many
  /// is the evidence lower bound; the logarithm of the mean of their exponentials tends to ln p(x).
  /// x is as the likelihood wants it: zeros and ones where the model binarises (see `observe`).
  virtual Var log_weight(Var x, Rng& rng) = 0;

  /// What the model is the likelihood of: the examples, or where it binarises a draw of zeros and
  /// ones with the pixels as probabilities.
  virtual Var observe(Tape& tape, const Batch& batch, Rng& rng) = 0;

  bool can_sample() const override { return true; }
  std::string loss_unit() const override { return "nats per image"; }
};

/// A normal distribution for each number of the code.
struct Gaussian {
  Var mean, log_variance;  ///< (B, L)

  /// z = μ + σ n, n ~ N(0, 1): a draw through which gradients pass (Kingma & Welling, ICLR 2014).
  Var draw(Rng& rng) const {
    Var noise = mean.tape().record("noise", mean.shape(), {});
    rng.fill_normal(noise.output(), 0, 1);
    return mean + exp(0.5 * log_variance) * noise;
  }
  /// ln N(z; μ, σ²): (B)
  Var log_density(Var z) const { return gaussian_log_likelihood(z, mean, log_variance); }
};

/// Zeros and ones, drawn with the pixels as probabilities: (B, F) ("dynamic binarisation",
/// Salakhutdinov & Murray, ICML 2008).
Var binarize(Tape& tape, const Tensor& x, Rng& rng);

}  // namespace hourglass::inline HOURGLASS_PRECISION
