#pragma once

#include <cmath>
#include <string>

#include "hourglass/models/vae.hpp"
#include "hourglass/nn/choices.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The estimators of the bound's gradient for the encoder.
enum class BoundGradient { standard, stl, dreg };
const Choices<BoundGradient>& bound_gradients();

struct IwaeOptions {
  VaeOptions vae = {};
  std::size_t samples = 5;
  std::string gradient = "standard";

  void describe(Settings& settings) {
    vae.describe(settings);
    settings("samples", samples, at_least(1), "codes drawn for each example; 1 is the VAE");
    settings("gradient", gradient, bound_gradients(), "by which the encoder learns");
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
///
/// The gradient for the encoder's parameters φ has the path through z_i(φ) and the slope of
/// ln q(z_i) by φ itself, which is noise around 0 for k = 1, and for many draws drowns the rest: the
/// signal falls faster with k than the noise (Rainforth et al. 2018). With w̃_i = w_i / Σ w it is
///
///     standard   Σ_i w̃_i d ln w_i/dφ
///     stl        Σ_i w̃_i  ∂ln w_i/∂z_i  dz_i/dφ      without the slope: unbiased for k = 1 only
///     dreg       Σ_i w̃_i² ∂ln w_i/∂z_i  dz_i/dφ      the slope moved into the path: unbiased
///
/// The decoder's gradient, and the bound itself, are the same in all three.
/// Differences from the paper: layers and schedule; `--set hidden=[200,200] --set activation=tanh
/// --latent 50 --batch 20` has its layers (docs/scoreboard.md, row iwae-paper).
/// Burda, Grosse & Salakhutdinov, "Importance Weighted Autoencoders", ICLR 2016; Roeder, Wu &
/// Duvenaud, "Sticking the Landing", NIPS 2017 (stl); Tucker, Lawson, Gu & Maddison, "Doubly
/// Reparameterized Gradient Estimators for Monte Carlo Objectives", ICLR 2019 (dreg); Rainforth et
/// al., "Tighter Variational Bounds are Not Necessarily Better", ICML 2018.
class Iwae : public Vae {
 public:
  /// Throws ConfigError for 0 samples.
  Iwae(const Shape& example_shape, const IwaeOptions& options, Rng& rng)
      : Vae(example_shape, options.vae, rng),
        samples_(options.samples),
        gradient_(bound_gradients()[options.gradient]) {
    check_options("model", options);
  }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Var x = observe(tape, batch, rng);
    Var log_w = gradient_ == BoundGradient::standard
                    ? log_weights(x, batch, samples_, rng)
                    : log_weights_along_paths(x, batch, rng);  // (k, B)
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
  /// ln w_i, of which the encoder feels the path through z_i alone, for dreg w̃_i times: (k, B)
  Var log_weights_along_paths(Var x, const Batch& batch, Rng& rng);

  std::size_t samples_;
  BoundGradient gradient_;
};

}}  // namespace hourglass
