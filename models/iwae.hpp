#pragma once

#include <cmath>

#include "hourglass/models/vae.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct IwaeOptions {
  VaeOptions vae = {};
  std::size_t samples = 5;

  void describe(Settings& settings) {
    vae.describe(settings);
    settings("samples", samples, at_least(1), "codes drawn for each example; 1 is the VAE");
  }
};

/// The importance-weighted autoencoder: a VAE that draws k codes for each example and combines them
/// in a tighter bound.
///
///     w_i = p(x, z_i) / q(z_i | x),   z_1 … z_k ~ q(z | x)
///     minimise  −E [ ln 1/k Σ_i w_i ]          (−ln p(x) ≤ this bound ≤ the negative ELBO)
///
/// With k = 1 it is the negative ELBO; the bound tightens as k grows. One draw that explains x well
/// is enough for a small loss, so q need not avoid regions where p has no mass: codes come out
/// richer. The gradient weights that of each ln w_i by w_i / Σ w, which is what backward through
/// logsumexp gives; everything stays in log space, since w would overflow.
/// bound_nats is this bound. A step costs one encoding and k decodings of the batch.
/// Differences from the paper: layers and schedule; `--set hidden=[200,200] --set activation=tanh
/// --latent 50 --batch 20` has its layers (docs/scoreboard.md, row iwae-paper).
/// Burda, Grosse & Salakhutdinov, "Importance Weighted Autoencoders", ICLR 2016.
class Iwae : public Vae {
 public:
  /// Throws ConfigError for 0 samples.
  Iwae(const Shape& example_shape, const IwaeOptions& options, Rng& rng)
      : Vae(example_shape, options.vae, rng), samples_(options.samples) {
    check_options("model", options);
  }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Var x = observe(tape, batch, rng);
    Var log_w = log_weights(x, batch, samples_, rng);  // (k, B)
    const auto log_k = static_cast<Scalar>(std::log(static_cast<double>(samples_)));
    Loss loss("bound_nats", -mean(logsumexp(log_w, {0}) - log_k));
    if (probability() == Probability::mass)
      loss.with("bits_per_dim", loss.total / nats_of_a_bit(x.shape()[1]));
    return loss;
  }

  static ModelInfo info() {
    return model_info<Iwae, IwaeOptions>({
        .name = "iwae",
        .summary = "a VAE that draws several codes for each example, for a tighter bound",
        .objective = "minimise −E[ln 1/k Σ p(x, z_i) / q(z_i | x)] over k codes z_i ~ q(z | x)",
        .paper = "Burda, Grosse & Salakhutdinov, Importance Weighted Autoencoders, ICLR 2016",
    });
  }

 private:
  std::size_t samples_;
};

}}  // namespace hourglass
