#pragma once

#include <cmath>
#include <numbers>

#include "hourglass/models/vae.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct BetaTcVaeOptions {
  VaeOptions vae = {.network = {.latent = 10, .hidden = {400}}};
  double beta = 4;

  void describe(Settings& settings) {
    vae.describe(settings);
    settings("beta", beta, at_least(0), "weight of the total correlation; 1 is the VAE");
  }
};

/// The β-TC-VAE: it weights only the part of the β-VAE's penalty that makes latent dimensions
/// independent. The mean over x of KL(q(z | x) ‖ p(z)) is the sum of
///
///     mutual information   E ln q(z | x) / q(z)         what the code says about x: wanted
///     total correlation    E ln q(z) / Π_d q(z_d)       what its dimensions say about one another
///     dimension-wise KL    Σ_d E ln q(z_d) / p(z_d)     how far each of them is from the prior
///
/// where q(z) is the mixture of q(z | x) over all examples x, and the objective is to
///
///     minimise  E_q[−ln p(x | z)] + mutual information + β total correlation + dimension-wise KL
///
/// The M examples of a batch stand in for the mixture (minibatch weighted sampling):
///
///     ln q(z_i) ≈ ln 1/M Σ_j q(z_i | x_j),      ln q(z_id) ≈ ln 1/M Σ_j q(z_id | x_j)
///
/// so the examples of a batch are coupled, and the terms depend on its size (mutual information is
/// at most ln M); their sum does not. The paper divides by N M, with N examples in all: each term
/// then differs by a constant, which has no gradient. All are in nats per image.
/// Differences from the paper: batches of 128 in place of 2,048, of which mutual information is at
/// most 4.9 nats; figures of `evaluate` are of batches of 500. β = 4 in place of 6.
/// Chen, Li, Grosse & Duvenaud, "Isolating Sources of Disentanglement in Variational Autoencoders",
/// NeurIPS 2018.
class BetaTcVae : public Vae {
 public:
  /// Throws ConfigError for a weight below 0.
  BetaTcVae(const Shape& example_shape, const BetaTcVaeOptions& options, Rng& rng)
      : Vae(example_shape, options.vae, rng), beta_(static_cast<Scalar>(options.beta)) {
    check_options("model", options);
  }

  bool couples_examples() const override { return true; }

  static ModelInfo info() {
    return model_info<BetaTcVae, BetaTcVaeOptions>({
        .name = "beta-tc-vae",
        .summary = "a VAE that penalises latent dimensions that depend on one another",
        .objective = "minimise E_q[−ln p(x | z)] + mutual information + β total correlation + "
                     "dimension-wise KL",
        .paper = "Chen et al., Isolating Sources of Disentanglement in Variational Autoencoders, "
                 "NeurIPS 2018",
    });
  }

 protected:
  Loss regularised(Loss loss, Var kl, const Draw& drawn) override {
    const Gaussian& q = drawn.q;
    Var z = drawn.z;
    const std::size_t batch = z.shape()[0];
    const auto log_batch = static_cast<Scalar>(std::log(static_cast<double>(batch)));
    Var each = log_densities(q, z);  // ln q(z_id | x_j): (i, j, d)
    Var log_q = logsumexp(sum(each, {2}), {1}) - log_batch;
    Var log_product = sum(logsumexp(each, {1}) - log_batch, {1});
    return loss.plus("mutual_information_nats", mean(q.log_density(z) - log_q))
        .plus("total_correlation_nats", mean(log_q - log_product), beta_)
        .plus("dimension_kl_nats", mean(log_product - standard_normal_log_density(z)))
        .with("kl_nats", kl);
  }

 private:
  /// ln N(z_id; μ_jd, σ_jd²): (M, M, L)
  static Var log_densities(const Gaussian& q, Var z) {
    const std::size_t batch = z.shape()[0], numbers = z.shape()[1];
    const Shape across = {1, batch, numbers};
    Var distance = reshape(z, {batch, 1, numbers}) - reshape(q.mean, across);
    Var log_variance = reshape(q.log_variance, across);
    const auto log_2_pi = static_cast<Scalar>(std::log(2 * std::numbers::pi));
    return -0.5 * (square(distance) * exp(-log_variance) + log_variance + log_2_pi);
  }

  Scalar beta_;
};

}}  // namespace hourglass
