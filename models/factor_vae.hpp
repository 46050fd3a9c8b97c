#pragma once

#include <vector>

#include "hourglass/models/core/discriminator.hpp"
#include "hourglass/models/vae.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct FactorVaeOptions {
  VaeOptions vae = {.network = {.latent = 10, .hidden = {400}}};
  std::vector<std::size_t> discriminator = {256, 256};
  double correlation_weight = 10;

  void describe(Settings& settings) {
    vae.describe(settings);
    settings("discriminator", discriminator, "widths of the discriminator's hidden layers");
    settings("correlation_weight", correlation_weight, at_least(0),
             "γ: weight of the total correlation; 0 is the VAE");
  }
};

/// The FactorVAE: a VAE that adds a penalty for latent dimensions that depend on one another, where
/// the β-VAE also makes the code say less. The penalty is the total correlation of the codes of all
/// examples together,
///
///     TC = KL(q(z) ‖ Π_d q(z_d)) = E_q(z) ln q(z) / Π_d q(z_d)        q(z): the mean of q(z | x)
///
/// neither density of which is known. A second network, the discriminator D, learns to tell codes z
/// from z̃, whose dimensions belong to different examples: each column of the batch of codes is
/// permuted by itself. Where it has learnt that, its logit is the logarithm of the ratio:
///
///     D minimises      −ln σ(D(sg[z])) − ln(1 − σ(D(sg[z̃]))), so that D(z) ≈ ln q(z) / Π_d q(z_d)
///     f and g minimise E_q[−ln p(x | z)] + KL(q(z | x) ‖ p(z)) + γ TC,      TC ≈ mean D̄(z)
///
/// All of it is one sum and one step, as in the adversarial autoencoder: sg[·] stops gradients and
/// D̄ is D with its weights frozen. While D cannot tell, its loss is 2 ln 2 = 1.386 and TC around
/// 0. It couples the examples of a batch; all terms are in nats per image. Compare the β-TC-VAE,
/// which estimates TC from the batch without a second network.
/// Differences from the paper: both networks take one step with one optimiser, where they take
/// turns; z̃ is made from the same batch and not from a second one; D has two hidden layers of 256
/// units in place of six of 1,000, and one logit for its two; γ = 10, since in one step codes outrun
/// D where γ is large: at 35, after 50 epochs of shapes, their KL is 20 nats (12 of the VAE).
/// Kim & Mnih, "Disentangling by Factorising", ICML 2018.
class FactorVae : public Vae {
 public:
  /// Throws ConfigError for a weight below 0.
  FactorVae(const Shape& example_shape, const FactorVaeOptions& options, Rng& rng)
      : Vae(example_shape, options.vae, rng),
        discriminator(latent(), options.discriminator, rng),
        gamma_(static_cast<Scalar>(options.correlation_weight)) {
    check_options("model", options);
    register_module("discriminator", discriminator);
  }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Var x = observe(tape, batch, rng);
    const Gaussian q = posterior(x);
    Var z = q.draw(rng);
    return Loss("reconstruction_nats", -mean(log_likelihood(x, z, batch)))
        .plus("kl_nats", mean(kl_divergence(q.mean, q.log_variance)))
        .plus("total_correlation_nats", total_correlation(z), gamma_)
        .plus("discriminator_nats", discriminator_loss(z, rng));
  }

  /// What D makes of codes (B, L): an estimate of their total correlation, which does not train D.
  Var total_correlation(Var z) { return mean(discriminator.frozen(z)); }

  /// D's own loss, which does not train what made the codes.
  Var discriminator_loss(Var z, Rng& rng) { return discriminator.loss(z, permuted(z, rng)); }

  /// Codes with each column in an order of its own (Fisher–Yates), so z̃: (B, L)
  static Var permuted(Var codes, Rng& rng) {
    const std::size_t rows = codes.shape()[0], columns = codes.shape()[1];
    Var order = new_constant("permutations", codes.tape(), codes.shape());
    Tensor& indices = order.output();
    for (std::size_t j = 0; j < columns; ++j)
      for (std::size_t i = 0; i < rows; ++i) {
        const std::size_t other = rng.below(static_cast<std::uint32_t>(i + 1));
        indices(i, j) = indices(other, j);
        indices(other, j) = static_cast<Scalar>(i);
      }
    return gather(codes, order, 0);
  }

  bool couples_examples() const override { return true; }

  static ModelInfo info() {
    return model_info<FactorVae, FactorVaeOptions>({
        .name = "factor-vae",
        .summary = "a VAE whose latent dimensions a discriminator makes independent",
        .objective =
            "minimise E_q[−ln p(x | z)] + KL(q(z | x) ‖ p(z)) + γ mean D̄(z), while D learns "
            "to tell z from codes with permuted dimensions",
        .paper = "Kim & Mnih, Disentangling by Factorising, ICML 2018",
        .training = {.lr = 2e-3},
    });
  }

  Discriminator discriminator;

 private:
  Scalar gamma_;
};

}}  // namespace hourglass
