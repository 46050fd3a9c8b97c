#pragma once

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/vae.hpp"
#include "hourglass/nn/training/schedules.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct LadderVaeOptions {
  VaeOptions vae = {
      .network = {.latent = 32, .hidden = {512}, .activation = "silu", .normalization = "batch"}};
  std::size_t top_latent = 16;
  std::vector<std::size_t> top_hidden = {128};
  double warm_up = 0.25;

  void describe(Settings& settings) {
    vae.describe(settings);
    settings("top_latent", top_latent,
             "latent dimensions of the upper layer z2; latent is the lower, z1");
    settings("top_hidden", top_hidden, "widths of the dense layers between z1 and z2");
    settings("warm_up", warm_up, at_least(0).at_most(1),
             "share of training over which the weight of the KL rises");
  }
};

/// The ladder VAE: two layers of latent variables. z2 says what the image is about and predicts the
/// distribution of z1, from which the pixels are generated.
///
///     p(x, z1, z2) = p(x | z1) p(z1 | z2) p(z2),    p(z2) = N(0, 1),   p(z1 | z2) = N(μp, σp²)(z2)
///     q(z2 | x) = N(μ2, σ2²)(x),     q(z1 | x, z2) ∝ N(z1; μ̂, σ̂²)(x) · p(z1 | z2)
///     minimise  E_q[−ln p(x | z1) + KL(q(z1 | x, z2) ‖ p(z1 | z2))] + KL(q(z2 | x) ‖ p(z2))
///
/// The ladder is the second line: q(z1 | x, z2) combines the bottom-up posterior N(μ̂, σ̂²)(x) and
/// the top-down prior p(z1 | z2), weighting each by its precision. The precision of q is their sum,
/// 1/σ̂² + 1/σp², its mean (μ̂/σ̂² + μp/σp²) / (1/σ̂² + 1/σp²). So the encoder only has to encode what
/// z2 does not predict, and z2 stays in use, where in a plain hierarchy it collapses.
///
///     x → encoder → μ̂, σ̂ → top_encoder → μ2, σ2,     z2 → top_decoder → μp, σp,     z1 → decoder
///
/// The code is (e, z2) with the residual e = (z1 − μp) / σp of the top-down prior: all of it is
/// N(0, 1) under the prior and all of it affects x̂, while (z1, z2) would end in dimensions that the
/// decoder does not use. Densities and KL are the same for e as for z1, with t = ln σp²/σ̂²:
///     q(e | x, z2) = N( σ(t) (μ̂ − μp) / σp,  1 − σ(t) )
/// kl_z1_nats and kl_z2_nats are the KL of each layer. The weight of both rises linearly in the
/// first `warm_up` of training, so that z2 does not collapse before it can be of use. The paper finds
/// this and batch normalisation crucial; both are the default.
/// Differences from the paper: two layers in place of five; N(μ̂, σ̂²) of z1 is also the input of the
/// layer above, where the paper has a deterministic path of its own; the warm-up is a share of the
/// training, where the paper's is 200 epochs.
/// Sønderby et al., "Ladder Variational Autoencoders", NIPS 2016.
class LadderVae : public Vae {
 public:
  /// Throws ConfigError for an empty upper layer, or a warm-up outside 0..1.
  LadderVae(const Shape& example_shape, const LadderVaeOptions& options, Rng& rng)
      : Vae(example_shape, options.vae, rng), top_(options.top_latent), warm_up_(options.warm_up) {
    if (top_ == 0) throw ConfigError("model.top_latent is 0: without an upper layer, use vae");
    check_options("model", options);
    NetworkOptions upper = options.vae.network;
    upper.hidden = options.top_hidden;
    upper.channels = {};
    add_encoder(top_encoder, upper, {2 * dimensions()}, 2 * top_, rng);
    add_decoder(top_decoder, upper, {2 * dimensions()}, top_, rng);
    register_module("top_encoder", top_encoder);
    register_module("top_decoder", top_decoder);
  }

  /// The bottom-up posterior N(μ̂, σ̂²)(x)
  Gaussian bottom_up(Var x) { return posterior(x); }
  /// q(z2 | x)
  Gaussian top(const Gaussian& bottom_up) {
    return Gaussian::of(top_encoder(concatenate(bottom_up.mean, bottom_up.log_variance, 1)));
  }
  /// The top-down prior p(z1 | z2)
  Gaussian top_down(Var z2) { return Gaussian::of(top_decoder(z2)); }
  /// q(e | x, z2)
  static Gaussian residual(const Gaussian& bottom_up, const Gaussian& top_down) {
    Var t = top_down.log_variance - bottom_up.log_variance;
    Var difference = (bottom_up.mean - top_down.mean) * exp(-0.5 * top_down.log_variance);
    return {sigmoid(t) * difference, -softplus(t)};
  }

  Var encode(Var x) override {
    const Gaussian z1 = bottom_up(x), z2 = top(z1);
    return concatenate(residual(z1, top_down(z2.mean)).mean, z2.mean, 1);
  }
  Var decode(Var code) override { return Vae::decode(z1(code)); }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Var x = observe(tape, batch, rng);
    const Draw drawn = draw(x, batch, 1, rng);
    Var kl = mean(drawn.q.kl_per_latent_dimension(), {0});  // (L)
    const auto weight = static_cast<Scalar>(training() ? kl_weight_ : 1);
    return Loss("reconstruction_nats", -mean(log_likelihood(x, drawn.z, batch)))
        .plus("kl_z1_nats", sum(slice(kl, 0, 0, dimensions())), weight)
        .plus("kl_z2_nats", sum(slice(kl, 0, dimensions(), latent())), weight);
  }

  Var kl_per_dimension(Var x, Rng& rng) override {
    return draw_codes(x, 1, rng).q.kl_per_latent_dimension();
  }

  void before_step(std::size_t step, std::size_t steps) override {
    kl_weight_ = annealed_weight(step, steps, {.ramp = warm_up_});
  }

  std::size_t latent() const override { return dimensions() + top_; }

  std::optional<VaeNetworks> networks_for_bits_back() override { return {}; }

  static ModelInfo info() {
    return model_info<LadderVae, LadderVaeOptions>({
        .name = "ladder-vae",
        .summary = "a VAE with two latent layers, the upper one being the prior of the lower",
        .objective = "minimise E_q[−ln p(x | z1) + KL(q(z1 | x, z2) ‖ p(z1 | z2))] + "
                     "KL(q(z2 | x) ‖ p(z2))",
        .paper = "Sønderby et al., Ladder Variational Autoencoders, NIPS 2016",
        .training = {.lr = 0.002},
    });
  }

  Sequential top_encoder, top_decoder;

 protected:
  Var decoder_input(Var code, const Batch&) override { return z1(code); }

  Draw draw(Var x, const Batch&, std::size_t samples, Rng& rng) override {
    return draw_codes(x, samples, rng);
  }
  Var kl(const Draw& drawn, const Batch&) override {
    return sum(drawn.q.kl_per_latent_dimension(), {1});
  }

 private:
  /// Codes (e, z2); q(e) is conditioned on the z2 in the same row.
  Draw draw_codes(Var x, std::size_t samples, Rng& rng) {
    const Gaussian q1 = bottom_up(x).repeated(samples), q2 = top(q1);
    const Gaussian::Draw z2 = q2.draw_with_noise(rng);
    const Gaussian q_e = residual(q1, top_down(z2.z));
    const Gaussian::Draw e = q_e.draw_with_noise(rng);
    return {{concatenate(q_e.mean, q2.mean, 1), concatenate(q_e.log_variance, q2.log_variance, 1)},
            concatenate(e.z, z2.z, 1),
            concatenate(e.noise, z2.noise, 1)};
  }
  /// z1 = μp + σp e
  Var z1(Var code) {
    const Gaussian p = top_down(slice(code, 1, dimensions(), latent()));
    return p.mean + exp(0.5 * p.log_variance) * slice(code, 1, 0, dimensions());
  }

  std::size_t top_;
  double warm_up_, kl_weight_ = 1;
};

}}  // namespace hourglass
