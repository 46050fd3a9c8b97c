#pragma once

#include "hourglass/models/core/discrepancy.hpp"
#include "hourglass/models/vanilla.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct WaeOptions {
  VanillaOptions base = {.network = {.latent = 8, .activation = "silu"}};
  double mmd_weight = 200;

  void describe(Settings& settings) {
    base.describe(settings);
    settings("mmd_weight", mmd_weight, at_least(0), "weight of the codes' distance from the prior");
  }
};

/// The Wasserstein autoencoder, with maximum mean discrepancy: a plain autoencoder whose codes, all
/// together, are made to look like draws of N(0, 1), so that such draws can be decoded.
///
///     code = f(x),  x̂ = σ(g(code))
///     minimise  ‖x − x̂‖²  +  λ MMD²(codes of a batch, as many draws of N(0, 1))
///
/// MMD² compares how near the points of each of two samples are to one another and to those of the
/// other: mean k(z, z') + mean k(n, n') − 2 mean k(z, n), with a sum of seven inverse multiquadrics as
/// k (discrepancy.hpp); it is 0 if both have the same distribution. A VAE pushes the posterior of *each* example towards the prior,
/// so that posteriors overlap and reconstructions blur; here only all codes together have to match,
/// and each example keeps a point of its own.
///
/// `mmd_weight` is λ: if it is too low, draws fall where nothing was encoded; if it is too high,
/// the prior counts more than reconstruction. The loss depends on all codes of a batch together, so
/// a batch is not cut into shards. A small code is best (the paper takes 8): dimensions that
/// reconstruction does not need would have to be filled with noise, which a deterministic f lacks.
/// Kernel and λ are those of the authors' code, which minimises 0.05 ‖x − x̂‖² + 10 MMD², so that
/// λ = 200 here. Differences from it: dense layers in place of DCGAN's, no pre-training of the
/// encoder, no noise added to x, Adam's usual β₁ = 0.9 (theirs 0.5).
/// Tolstikhin, Bousquet, Gelly & Schölkopf, "Wasserstein Auto-Encoders", ICLR 2018.
class Wae : public Vanilla {
 public:
  /// Throws ConfigError for a weight below 0.
  Wae(const Shape& example_shape, const WaeOptions& options, Rng& rng)
      : Vanilla(example_shape, options.base, rng),
        mmd_weight_(static_cast<Scalar>(options.mmd_weight)) {
    check_options("model", options);
  }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Var x = tape.constant(batch.x), code = encode(x);
    return Loss("reconstruction", reconstruction_error(code, x))
        .plus("mmd", mmd_to_normal(code, rng, {.1, .2, .5, 1, 2, 5, 10}), mmd_weight_);
  }

  bool is_regularized() const override { return true; }
  bool couples_examples() const override { return true; }
  bool can_sample() const override { return true; }
  Tensor sample_codes(std::size_t count, Rng& rng) override {
    Tensor codes = filled({count, latent()});
    rng.fill_normal(codes, 0, 1);
    return codes;
  }

  static ModelInfo info() {
    return model_info<Wae, WaeOptions>({
        .name = "wae",
        .summary = "a plain autoencoder whose codes match N(0, 1) in aggregate",
        .objective = "minimise ‖x − x̂‖² + λ MMD²(codes, draws of N(0, 1))",
        .paper = "Tolstikhin et al., Wasserstein Auto-Encoders, ICLR 2018",
    });
  }

 private:
  Scalar mmd_weight_;
};

}}  // namespace hourglass
