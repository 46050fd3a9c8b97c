#pragma once

#include <optional>

#include "hourglass/models/core/autoencoder.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The kind of p(x) that a model has: a probability mass, a density (x as real numbers), or no
/// likelihood of x at all.
enum class Probability { mass, density, none };

class Likelihood;

/// The networks of a model with the prior z ~ N(0, 1), whose decoder gets z and nothing else.
struct VaeNetworks {
  Module& encoder;         ///< x → the means of q(z | x), then the log-variances
  Module& decoder;         ///< z → the outputs that parameterise p(x | z)
  Likelihood& likelihood;  ///< p(x | z)
};

/// The interface of variational autoencoders, whose code is a random variable z: an encoder that
/// gives q(z | x), a prior p(z) and a decoder p(x | z). The loss is the negative evidence lower
/// bound or a variant of it; importance sampling closes the bound's gap to ln p(x)
/// (importance.hpp).
class Variational : public Autoencoder {
 public:
  /// The x that the likelihood is of: the examples themselves or, if the model binarises, zeros and
  /// ones drawn with the pixels as probabilities. The functions below take this x; `batch` is what
  /// it was made from, passed on for its labels.
  virtual Var observe(Tape& tape, const Batch& batch, Rng& rng) = 0;
  virtual Probability probability() const = 0;

  /// KL(q(z | x) ‖ p(z)) of each latent dimension: (B, latent()), in nats. If there is no closed
  /// form, an estimate from one draw.
  virtual Var kl_per_dimension(Var x, Rng& rng) = 0;

  /// The evidence lower bound E_q[ln p(x | z)] − KL(q(z | x) ‖ p(z)) ≤ ln p(x), the expectation
  /// estimated from one draw: (B), in nats.
  virtual Var elbo(Var x, const Batch& batch, Rng& rng) = 0;

  /// ln p(x, z) − ln q(z | x) for `samples` draws z ~ q(z | x) of each example: (samples, B), in
  /// nats. The mean of many is the evidence lower bound; the logarithm of the mean of their
  /// exponentials tends to ln p(x).
  virtual Var log_weights(Var x, const Batch& batch, std::size_t samples, Rng& rng) = 0;

  /// The networks that lossless compression codes with; none if another prior, or a decoder with
  /// inputs besides z, rules out bits-back coding.
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

  /// μ + σ n
  Var at(Var noise) const { return mean + exp(0.5 * log_variance) * noise; }
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
  /// … and its log-density, ln N(z; μ, σ²) = −Σ ½ n² + ½ ln 2π + ln σ: (B). Computed from n, not
  /// from (z − μ) / σ: if σ is small compared to μ, rounding removes n from z, and 1 / σ²
  /// overflows.
  Var log_density_of_draw(Var noise) const {
    return standard_normal_log_density(noise) - 0.5 * sum(log_variance, {1});
  }
  /// ln N(z; μ, σ²): (B)
  Var log_density(Var z) const { return gaussian_log_likelihood(z, mean, log_variance); }
  /// KL(N(μ, σ²) ‖ N(0, 1)) of each dimension: (B, L)
  Var kl_per_latent_dimension() const {
    return 0.5 * (square(mean) + exp(log_variance) - log_variance - 1);
  }
  /// The whole batch repeated `times` times: (times B, L)
  Gaussian repeated(std::size_t times) const {
    if (times == 1) return *this;
    return {repeat(mean, 0, times), repeat(log_variance, 0, times)};
  }
};

/// Zeros and ones, drawn with the pixels as probabilities: (B, F) ("dynamic binarisation",
/// Salakhutdinov & Murray, ICML 2008). Those that are missing stay so.
Var binarize(Tape& tape, const Tensor& x, Rng& rng);

}}  // namespace hourglass
