#pragma once

#include <cmath>

#include "hourglass/models/vanilla.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct KlSparseOptions {
  VanillaOptions base = {.network = {.latent = 256, .hidden = {}}};
  double target = 0.05, weight = 6;

  void describe(Settings& settings) {
    base.describe(settings);
    settings("target", target, above(0).below(1), "ρ, the target of each unit's mean activation");
    settings("weight", weight, at_least(0), "of the KL divergence from it, summed over the units");
  }
};

/// The sparse autoencoder with a target: each unit should be active rarely, and as often as every
/// other.
///
///     code = σ(f(x)) in 0..1,  q_j = the mean of code_j over the batch
///     minimise  ‖x − x̂‖² + weight Σ_j KL(ρ ‖ q_j),
///     KL(ρ ‖ q) = ρ ln ρ/q + (1 − ρ) ln (1 − ρ)/(1 − q)      in nats
///
/// ρ and q_j are treated as the probabilities that a unit is on. The divergence is 0 at q_j = ρ and
/// grows without bound as q_j → 0, so it keeps units from dying, which an L1 penalty does not. It
/// depends on means over a batch, so a batch is not cut into shards.
/// Terms: kl_sparsity = Σ_j KL(ρ ‖ q_j); mean_activation, over all units.
/// Ng's β = 3 beside ½ ‖x − x̂‖² is the weight 6 here. Differences from his notes: q_j is a mean over
/// a batch rather than over all examples, and there is no weight decay unless it is set.
/// Lee, Ekanadham & Ng, "Sparse Deep Belief Net Model for Visual Area V2", NIPS 2008; Ng, "Sparse
/// Autoencoder", CS294A lecture notes, 2011.
class KlSparse : public Vanilla {
 public:
  KlSparse(const Shape& example_shape, const KlSparseOptions& options, Rng& rng)
      : Vanilla(example_shape, options.base, rng),
        target_(static_cast<Scalar>(options.target)),
        weight_(static_cast<Scalar>(options.weight)) {
    check_options("model", options);
    // Units start at the target, not at ½, which is far above it.
    encoder.parameters().back()->value.fill(std::log(target_ / (1 - target_)));
  }

  Var encode(Var x) override { return sigmoid(encoder(x)); }

  Loss loss(Tape& tape, const Batch& batch, Rng&) override {
    Var x = tape.constant(batch.x);
    Var code = encode(x);
    return Loss("reconstruction", reconstruction_error(code, x))
        .plus("kl_sparsity", kl_bernoulli(mean(code, {0}), target_), weight_)
        .with("mean_activation", mean(code));
  }

  bool is_regularized() const override { return true; }
  bool couples_examples() const override { return true; }

  static ModelInfo info() {
    return model_info<KlSparse, KlSparseOptions>({
        .name = "kl-sparse",
        .summary = "a wide code whose units are rarely active: KL to a target activation",
        .objective = "minimise ‖x − x̂‖² + weight Σ KL(ρ ‖ mean activation)",
        .paper = "Ng, Sparse Autoencoder, CS294A lecture notes, 2011",
        .training = {.lr = 3e-3},
    });
  }

 private:
  Scalar target_, weight_;
};

}}  // namespace hourglass
