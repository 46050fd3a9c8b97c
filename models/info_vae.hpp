#pragma once

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/core/discrepancy.hpp"
#include "hourglass/models/vae.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct InfoVaeOptions {
  VaeOptions vae = {.network = {.latent = 20, .hidden = {512}, .activation = "silu"}};
  double alpha = 0.5;
  double lambda = 200;

  void describe(Settings& settings) {
    vae.describe(settings);
    settings("alpha", alpha, "how much information about x the code may keep without penalty, ≤ 1");
    settings("lambda", lambda, "weight of the codes' distance from the prior; ≥ 1 − alpha");
  }
};

/// The InfoVAE: a VAE that is not penalised for the information about x in its code.
///
///     q(z | x) = N(μ(x), σ(x)²),   p(z) = N(0, 1),   q(z) = the mean of q(z | x) over all x
///     minimise  E_q[−ln p(x | z)]  +  (1 − α) KL(q(z | x) ‖ p(z))  +  (α + λ − 1) MMD²(q(z), p(z))
///
/// The KL of a VAE does two things at once: it makes the codes of all images together match the
/// prior, KL(q(z) ‖ p(z)), which drawing new ones requires, and it reduces the information that a
/// code has about its image, I(x; z), which is not wanted and leads a strong decoder to ignore the
/// code. α takes away part of the KL, and MMD, which compares all codes of the batch with the prior
/// (see discrepancy.hpp), does only the first: mean k(z, z') + mean k(n, n') − 2 mean k(z, n),
/// n ~ N(0, 1).
///
/// α = 0, λ = 1 is the VAE; α = 1 has no KL at all (the "MMD-VAE"), and approaches the WAE. λ is
/// large, since reconstruction sums over all pixels and MMD is below 1. The loss depends on all
/// codes of a batch together, so a batch is not cut into shards. kl_nats and mmd are reported
/// without their weights; the bounds that `evaluate` gives are those of a VAE.
/// Differences from the paper: the kernel, since the Gaussian one of the authors' code has no slope
/// between distant codes in 20 dimensions; α = ½, where they have 0, and so λ = 200 beside a sum over
/// pixels, where they have the mean squared error and 1, which is 784 here.
/// Zhao, Song & Ermon, "InfoVAE: Balancing Learning and Inference in Variational Autoencoders",
/// AAAI 2019.
class InfoVae : public Vae {
 public:
  /// Throws ConfigError if a term would have a weight below 0.
  InfoVae(const Shape& example_shape, const InfoVaeOptions& options, Rng& rng)
      : Vae(example_shape, options.vae, rng),
        kl_weight_(static_cast<Scalar>(1 - options.alpha)),
        mmd_weight_(static_cast<Scalar>(options.alpha + options.lambda - 1)) {
    if (!(options.alpha <= 1))
      throw ConfigError("model.alpha must not be above 1: KL would be made large");
    if (!(options.alpha + options.lambda >= 1))
      throw ConfigError("model.lambda must not be below 1 - alpha: codes would flee the prior");
  }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Var x = observe(tape, batch, rng);
    const Draw drawn = draw(x, batch, 1, rng);
    return Loss("reconstruction_nats", -mean(log_likelihood(x, drawn.z, batch)))
        .plus("kl_nats", mean(kl(drawn, batch)), kl_weight_)
        .plus("mmd", mmd_to_normal(drawn.z, rng), mmd_weight_);
  }

  bool couples_examples() const override { return true; }

  static ModelInfo info() {
    return model_info<InfoVae, InfoVaeOptions>({
        .name = "info-vae",
        .summary = "a VAE whose codes match the prior in aggregate, so that each stays informative",
        .objective = "minimise E_q[−ln p(x | z)] + (1 − α) KL(q(z | x) ‖ p(z)) + "
                     "(α + λ − 1) MMD²(q(z), p(z))",
        .paper = "Zhao et al., InfoVAE: Balancing Learning and Inference in Variational "
                 "Autoencoders, AAAI 2019",
        .training = {.lr = 0.002},
    });
  }

 private:
  Scalar kl_weight_, mmd_weight_;
};

}}  // namespace hourglass
