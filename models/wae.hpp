#pragma once

#include "hourglass/models/core/discrepancy.hpp"
#include "hourglass/models/vanilla.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// How far the codes of a batch are from the prior.
enum class CodeDistance { mmd, sliced };
inline const Choices<CodeDistance>& code_distances() {
  static const Choices<CodeDistance> all("distance",
                                         {{"mmd", CodeDistance::mmd, "maximum mean discrepancy"},
                                          {"sliced", CodeDistance::sliced, "sliced Wasserstein"}});
  return all;
}

struct WaeOptions {
  VanillaOptions base = {.network = {.latent = 8, .activation = "silu"}};
  std::string distance = "mmd";
  double mmd_weight = 200;
  double sliced_weight = 200;
  std::size_t projections = 50;

  void describe(Settings& settings) {
    base.describe(settings);
    settings("distance", distance, code_distances(), "of the codes from the prior");
    settings("mmd_weight", mmd_weight, at_least(0), "weight of that distance where it is mmd …");
    settings("sliced_weight", sliced_weight, at_least(0), "… and where it is sliced");
    settings("projections", projections, at_least(1), "random directions of sliced, in each step");
  }
};

/// The Wasserstein autoencoder: a plain autoencoder whose codes, all together, are made to look
/// like draws of N(0, 1), so that such draws can be decoded.
///
///     code = f(x),  x̂ = σ(g(code))
///     minimise  ‖x − x̂‖²  +  λ D(codes of a batch, as many draws of N(0, 1))
///     distance = mmd:     D = MMD², the maximum mean discrepancy
///     distance = sliced:  D = SW², the sliced Wasserstein distance              (discrepancy.hpp)
///
/// MMD² compares how near the points of each of two samples are to one another and to those of the
/// other: mean k(z, z') + mean k(n, n') − 2 mean k(z, n), with a sum of seven inverse
/// multiquadrics as k; it is 0 if both have the same distribution. SW² needs no kernel: along each
/// of `projections` random directions it compares the sorted codes with the sorted draws.
/// A VAE pushes the posterior of *each* example towards the prior, so that posteriors overlap and
/// reconstructions blur; here only all codes together have to match, and each example keeps a
/// point of its own.
///
/// λ is `mmd_weight` or `sliced_weight`: if it is too low, draws fall where nothing was encoded; if
/// it is too high, the prior counts more than reconstruction. The loss depends on all codes of a
/// batch together, so a batch is not cut into shards. A small code is best (the paper takes 8):
/// dimensions that reconstruction does not need would have to be filled with noise, which a
/// deterministic f lacks.
/// Kernel and λ of mmd are those of the authors' code, which minimises 0.05 ‖x − x̂‖² + 10 MMD², so
/// that λ = 200 here. Differences from it: dense layers in place of DCGAN's, no pre-training of the
/// encoder, no noise added to x, Adam's usual β₁ = 0.9 (theirs 0.5). Kolouri's reconstruction
/// error is an absolute one and a cross-entropy, both means over pixels, beside 10 SW².
/// Tolstikhin, Bousquet, Gelly & Schölkopf, "Wasserstein Auto-Encoders", ICLR 2018; Kolouri, Pope,
/// Martin & Rohde, "Sliced Wasserstein Auto-Encoders", ICLR 2019.
class Wae : public Vanilla {
 public:
  /// Throws ConfigError for a weight below 0, no projections or an unknown distance.
  Wae(const Shape& example_shape, const WaeOptions& options, Rng& rng)
      : Vanilla(example_shape, options.base, rng),
        distance_(code_distances()[options.distance]),
        weight_(static_cast<Scalar>(distance_ == CodeDistance::mmd ? options.mmd_weight
                                                                   : options.sliced_weight)),
        projections_(options.projections) {
    check_options("model", options);
  }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Var x = tape.constant(batch.x), code = encode(x);
    Loss loss("reconstruction", reconstruction_error(code, x));
    if (distance_ == CodeDistance::sliced)
      return loss.plus("sliced_wasserstein", sliced_wasserstein_to_normal(code, projections_, rng),
                       weight_);
    return loss.plus("mmd", mmd_to_normal(code, rng, {.1, .2, .5, 1, 2, 5, 10}), weight_);
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
        .objective = "minimise ‖x − x̂‖² + λ D(codes, draws of N(0, 1)), D = MMD² or SW²",
        .paper = "Tolstikhin et al., Wasserstein Auto-Encoders, ICLR 2018",
    });
  }

 private:
  CodeDistance distance_;
  Scalar weight_;
  std::size_t projections_;
};

}}  // namespace hourglass
