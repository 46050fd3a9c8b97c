#pragma once

#include <optional>

#include "hourglass/models/core/autoencoder.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What a model's p(x) is: the probability of x, a density where x counts as real numbers, or no
/// likelihood of x at all.
enum class Probability { mass, density, none };

class Likelihood;

/// The networks of a model whose code z is N(0, 1) under the prior and all that its decoder is told.
struct VaeNetworks {
  Module& encoder;         ///< x → the means of q(z | x), then the logarithms of its variances
  Module& decoder;         ///< z → the outputs that the likelihood is given
  Likelihood& likelihood;  ///< p(x | z)
};

/// What every autoencoder has in common whose code is a random variable z: an encoder that gives a
/// distribution q(z | x), a prior p(z) and a decoder p(x | z). Its loss is the negative evidence
/// lower bound or a relative of it; the bound's gap to ln p(x) is what importance sampling closes
/// (importance.hpp).
class Variational : public Autoencoder {
 public:
  /// What the model is the likelihood of: the examples, or where it binarises a draw of zeros and
  /// ones with the pixels as probabilities. x of the functions below is that, and `batch` what it
  /// was made of, for its labels.
  virtual Var observe(Tape& tape, const Batch& batch, Rng& rng) = 0;
  virtual Probability probability() const = 0;

  /// KL(q(z | x) ‖ p(z)) of each latent dimension: (B, latent()), in nats. Where there is no closed
  /// form, an estimate from one draw.
  virtual Var kl_per_dimension(Var x, Rng& rng) = 0;

  /// The evidence lower bound E_q[ln p(x | z)] − KL(q(z | x) ‖ p(z)) ≤ ln p(x), the expectation
  /// estimated from one draw: (B), in nats.
  virtual Var elbo(Var x, const Batch& batch, Rng& rng) = 0;

  /// ln p(x, z) − ln q(z | x) for `samples` draws z ~ q(z | x) of each example: (samples, B), in
  /// nats. The mean of many is the evidence lower bound; the logarithm of the mean of their
  /// exponentials tends to ln p(x).
  virtual Var log_weights(Var x, const Batch& batch, std::size_t samples, Rng& rng) = 0;

  /// What lossless compression codes with; nothing where another prior, or a decoder that is told
  /// more than z, makes bits back impossible.
  virtual std::optional<VaeNetworks> networks_for_bits_back() { return {}; }

  Variational* variational() override { return this; }
  bool is_regularized() const override { return true; }
  bool can_sample() const override { return true; }
  std::string loss_unit() const override { return "nats per image"; }
};

/// ln N(z; 0, 1) = −½ Σ_j z_j² + ln 2π: (B)
Var standard_normal_log_density(Var z);

/// A normal distribution for each latent dimension.
struct Gaussian {
  Var mean, log_variance;  ///< (B, L)

  /// From a network's outputs, (B, 2 L): the means, then the logarithms of the variances.
  static Gaussian of(Var outputs) {
    const std::size_t half = outputs.shape()[1] / 2;
    return {slice(outputs, 1, 0, half), slice(outputs, 1, half, 2 * half)};
  }

  /// z = μ + σ n, n ~ N(0, 1): a draw through which gradients pass (Kingma & Welling, ICLR 2014).
  Var draw(Rng& rng) const { return at(normal_like(mean, rng)); }
  /// The same draw with its n …
  struct Draw {
    Var z, noise;
  };
  Draw draw_with_noise(Rng& rng) const {
    Var n = normal_like(mean, rng);
    return {at(n), n};
  }
  /// … and the density of one, ln N(z; μ, σ²) = −Σ ½ n² + ½ ln 2π + ln σ: (B). From n, not from
  /// (z − μ) / σ: where σ is small beside μ, rounding has taken n out of z, and 1 / σ² overflows.
  Var log_density_of_draw(Var noise) const {
    return standard_normal_log_density(noise) - 0.5 * sum(log_variance, {1});
  }
  /// ln N(z; μ, σ²): (B)
  Var log_density(Var z) const { return gaussian_log_likelihood(z, mean, log_variance); }
  /// KL(N(μ, σ²) ‖ N(0, 1)) of each number: (B, L)
  Var kl_of_numbers() const { return 0.5 * (square(mean) + exp(log_variance) - log_variance - 1); }
  /// All rows, `times` times one after the other: (times B, L)
  Gaussian repeated(std::size_t times) const {
    if (times == 1) return *this;
    return {repeat(mean, 0, times), repeat(log_variance, 0, times)};
  }

 private:
  Var at(Var noise) const { return mean + exp(0.5 * log_variance) * noise; }
};

/// Zeros and ones, drawn with the pixels as probabilities: (B, F) ("dynamic binarisation",
/// Salakhutdinov & Murray, ICML 2008).
Var binarize(Tape& tape, const Tensor& x, Rng& rng);

}}  // namespace hourglass
