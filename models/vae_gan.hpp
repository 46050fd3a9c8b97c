#pragma once

#include <vector>

#include "hourglass/models/core/discriminator.hpp"
#include "hourglass/models/vae.hpp"
#include "hourglass/nn/layers/linear.hpp"
#include "hourglass/nn/layers/normalization.hpp"
#include "hourglass/nn/layers/sequential.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct VaeGanOptions {
  NetworkOptions network = {.latent = 16, .hidden = {400}};
  std::vector<std::size_t> discriminator_hidden = {400, 200};
  std::vector<std::size_t> discriminator_channels = {};
  double features_weight = 1;
  double gamma = 0.02;
  double adversarial_weight = 1;
  double pixel_weight = 1;

  void describe(Settings& settings) {
    network.describe(settings);
    settings("discriminator_hidden", discriminator_hidden, "widths of its dense layers");
    settings("discriminator_channels", discriminator_channels, "maps of its convolutions");
    settings("features_weight", features_weight, at_least(0),
             "φ: weight of the squared error of features for the encoder …");
    settings("gamma", gamma, at_least(0), "γ: … and for the decoder, beside the generator loss");
    settings("adversarial_weight", adversarial_weight, at_least(0),
             "α: weight of the generator loss");
    settings("pixel_weight", pixel_weight, at_least(0),
             "ψ: weight of squared error; 0 in the paper");
  }
};

/// The VAE-GAN: a VAE whose similarity metric is learnt. Squared error of pixels prefers a blur to
/// a stroke that is shifted by a pixel. A discriminator D, which learns to tell images of the data
/// from decoded ones, needs features that detect strokes; so x̂ is compared with x in feature space,
/// in the outputs d of D's last layer but one:
///
///     z ~ q(z | x) = N(μ(x), σ(x)²),  n ~ N(0, 1),  x̂ = σ(g(z));   fakes y: σ(g(sg[z])), σ(g(n))
///     kl, of f:                     KL(q(z | x) ‖ N(0, 1))
///     features, of f and of g:      ½ ‖d̄(x) − d̄(x̂)‖²        (a normal likelihood of the features)
///     generator loss, of g:         −ln σ(D̄(y)), the term deceit_nats
///     discriminator loss, of D:     −ln σ(D(x)) − ln(1 − σ(D(sg[y])))
///     f minimises   φ features + kl + ψ ‖x − x̂‖²                               (nats per image)
///     g minimises   γ features + α generator loss + ψ ‖x − x̂‖²,    D its own loss
///
/// All of it is one sum and one step: d̄ and D̄ are D with its weights frozen, sg[·] stops gradients,
/// and so each term trains the networks named beside it and no others: x̂ is decoded once with g
/// frozen, for f, and once from sg[z], for g. While D cannot tell them apart, its loss is
/// 2 ln 2 = 1.386.
/// Differences from the paper, in which φ = 1, γ = 0.01 and ψ = 0: small networks train more stably
/// with some squared error, since D's features change all the time (and without bounds, so they are
/// normalised); the generator loss is the non-saturating one; no update is skipped when D is far
/// ahead or behind; layers are dense unless `channels` are set.
/// Larsen, Sønderby, Larochelle & Winther, "Autoencoding beyond pixels using a learned similarity
/// metric", ICML 2016.
class VaeGan : public Vae {
 public:
  VaeGan(const Shape& example_shape, VaeGanOptions options, Rng& rng)
      : Vae(example_shape, {.network = options.network, .likelihood = {.binarize = false}}, rng),
        options_(std::move(options)) {
    check_options("model", options_);
    const NetworkOptions layers = {.hidden = options_.discriminator_hidden,
                                   .channels = options_.discriminator_channels,
                                   .activation = "leaky_relu"};
    const std::size_t size = encoder_outputs(layers, example_shape, 0);
    add_encoder(features, layers, example_shape, 0, rng);
    features.add<LayerNorm>(size);
    logit.add<Linear>(size, 1, rng);
    register_module("discriminator.features", features);
    register_module("discriminator.verdict", logit);
  }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Var x = tape.constant(batch.x);
    const Gaussian q = posterior(x);
    Var z = q.draw(rng), drawn = normal_like(z, rng);
    Var fakes = decode(concatenate(stop_gradient(z), drawn, 0));
    Var real = features(x);
    Var discriminator_loss =
        logit_loss(logit(real), 1) + logit_loss(logit(features(stop_gradient(fakes))), 0);
    const FrozenParameters frozen(tape.context());  // those of D, and of g in what trains f
    Var of_fakes = features(fakes), for_encoder = decode(z);
    Var for_decoder = slice(fakes, 0, 0, batch.size());
    Loss loss = Loss("kl_nats", mean(kl_divergence(q.mean, q.log_variance)))
                    .plus("features_nats", feature_error(features(for_encoder), real),
                          Scalar(options_.features_weight))
                    .plus("deceit_nats", logit_loss(logit(of_fakes), 1),
                          Scalar(options_.adversarial_weight))
                    .plus("discriminator_nats", discriminator_loss)
                    .plus("pixels", per_example(squared_error(for_encoder, x)),
                          Scalar(options_.pixel_weight));
    Var of_decoder =
        Scalar(options_.gamma) * feature_error(slice(of_fakes, 0, 0, batch.size()), real) +
        Scalar(options_.pixel_weight) * per_example(squared_error(for_decoder, x));
    loss.total = loss.total + of_decoder - stop_gradient(of_decoder);  // adds its gradient alone
    return loss;
  }

  static ModelInfo info() {
    return model_info<VaeGan, VaeGanOptions>({
        .name = "vae-gan",
        .summary = "a VAE that compares images by the features of a discriminator",
        .objective = "f: φ/2 ‖d̄(x) − d̄(x̂)‖² + KL; g: γ/2 ‖d̄(x) − d̄(x̂)‖² − α ln σ(D̄(y)), while D "
                     "learns to tell x from decoded y",
        .paper = "Larsen et al., Autoencoding beyond pixels using a learned similarity metric, "
                 "ICML 2016",
        .training = {.lr = 2e-3},
    });
  }

  Sequential features, logit;  ///< the discriminator D = logit ∘ features

 private:
  Var feature_error(Var of_decoded, Var of_real) {
    return 0.5 * per_example(squared_error(of_decoded, stop_gradient(of_real)));
  }

  VaeGanOptions options_;
};

}}  // namespace hourglass
