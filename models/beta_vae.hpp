#pragma once

#include "hourglass/models/vae.hpp"
#include "hourglass/nn/training/schedules.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct BetaVaeOptions {
  VaeOptions vae = {.network = {.latent = 10, .hidden = {400}}};
  double beta = 4;
  double capacity = 0;
  double capacity_weight = 1000;
  double capacity_share = 0.5;

  void describe(Settings& settings) {
    vae.describe(settings);
    settings("beta", beta, at_least(0), "weight of the KL term; 1 is the VAE");
    settings("capacity", capacity, at_least(0),
             "C: target of the KL in nats, which rises to it; takes the place of beta unless 0");
    settings("capacity_weight", capacity_weight, at_least(0), "γ: weight of the distance from C");
    settings("capacity_share", capacity_share, at_least(0).at_most(1),
             "share of training over which capacity rises");
  }
};

/// The β-VAE: a VAE that weights the KL more than the bound does. Redundant information in the code
/// goes first, so that each latent dimension is left with a factor of variation of its own
/// ("disentangled"), at the price of blurred reconstructions.
///
///     minimise  E_q[−ln p(x | z)] + β KL(q(z | x) ‖ p(z)),            β > 1
///
/// With `capacity` (Burgess et al.) the code's capacity grows gradually instead, the most useful
/// factors first: C(step) rises linearly from 0 to `capacity` nats in the first `capacity_share` of
/// training, and
///
///     minimise  E_q[−ln p(x | z)] + γ |KL(q(z | x) ‖ p(z)) − C|,      γ = 1000 as in the paper
///
/// γ has to be larger than what a nat of KL is worth to the reconstruction, or KL stays above C.
/// KL is the mean over the batch. kl_nats and bits_per_dim are reported without β or γ: the latter is
/// still a bound on what a compressor needs.
/// Higgins et al., "β-VAE: Learning Basic Visual Concepts with a Constrained Variational
/// Framework", ICLR 2017; Burgess et al., "Understanding disentangling in β-VAE", 2018.
class BetaVae : public Vae {
 public:
  /// Throws ConfigError for a weight or a capacity below 0.
  BetaVae(const Shape& example_shape, const BetaVaeOptions& options, Rng& rng)
      : Vae(example_shape, options.vae, rng), options_(options), capacity_(options.capacity) {
    check_options("model", options);
  }

  void before_step(std::size_t step, std::size_t steps) override {
    capacity_ = options_.capacity * annealed_weight(step, steps, {.ramp = options_.capacity_share});
  }

  /// |KL − C| takes the KL's mean over the whole batch, not over each shard.
  bool couples_examples() const override {
    return options_.capacity > 0 || Vae::couples_examples();
  }

  static ModelInfo info() {
    return model_info<BetaVae, BetaVaeOptions>({
        .name = "beta-vae",
        .summary = "a VAE with a heavier KL term, so that each latent dimension learns one factor",
        .objective = "minimise E_q[−ln p(x | z)] + β KL(q(z | x) ‖ p(z))",
        .paper = "Higgins et al., β-VAE: Learning Basic Visual Concepts with a Constrained "
                 "Variational Framework, ICLR 2017",
    });
  }

 protected:
  Loss regularised(Loss loss, Var kl, const Draw&) override {
    if (options_.capacity == 0) return loss.plus("kl_nats", kl, Scalar(options_.beta));
    loss.total = loss.total + Scalar(options_.capacity_weight) * abs(kl - capacity());
    return loss.with("kl_nats", kl);
  }

 private:
  /// C at this step; in evaluation mode its final value.
  Scalar capacity() const {
    return static_cast<Scalar>(training() ? capacity_ : options_.capacity);
  }

  BetaVaeOptions options_;
  double capacity_;
};

}}  // namespace hourglass
