#pragma once

#include "hourglass/models/vae.hpp"
#include "hourglass/nn/training/schedules.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct LadderVaeOptions {
  VaeOptions vae = {.network = {.latent = 32, .hidden = {512}, .activation = "silu"}};
  std::size_t top_latent = 16;
  std::vector<std::size_t> top_hidden = {128};
  double warm_up = 0.25;

  void describe(Settings& settings) {
    vae.describe(settings);
    settings("top_latent", top_latent, "numbers in the upper layer z2; latent is the lower, z1");
    settings("top_hidden", top_hidden, "widths of the dense layers between z1 and z2");
    settings("warm_up", warm_up, "the share of the training in which KL comes into the loss");
  }
};

/// The ladder VAE: two layers of random variables. z2 says what the image is about, and from it
/// follows what z1, from which the pixels are made, will probably be.
///
///     p(x, z1, z2) = p(x | z1) p(z1 | z2) p(z2),    p(z2) = N(0, 1),   p(z1 | z2) = N(μp, σp²)(z2)
///     q(z2 | x) = N(μ2, σ2²)(x),     q(z1 | x, z2) ∝ N(z1; μ̂, σ̂²)(x) · p(z1 | z2)
///     minimise  E_q[−ln p(x | z1) + KL(q(z1 | x, z2) ‖ p(z1 | z2))] + KL(q(z2 | x) ‖ p(z2))
///
/// The ladder is the second line: what is seen from below and what z2 lets expect from above are
/// two opinions of z1, and q weighs each with its precision. The precision of q is their sum,
/// 1/σ̂² + 1/σp², its mean (μ̂/σ̂² + μp/σp²) / (1/σ̂² + 1/σp²). So the encoder has to say only what
/// is surprising, and z2 stays in use where a plain hierarchy lets it die.
///
///     x → encoder → μ̂, σ̂ → top_encoder → μ2, σ2,     z2 → top_decoder → μp, σp,     z1 → decoder
///
/// The code is (e, z2) with e = (z1 − μp) / σp, how z1 departs from what z2 lets expect: all of it
/// is N(0, 1) under the prior and all of it reaches x̂, while (z1, z2) would end in numbers that the
/// decoder never looks at. Densities and KL are the same for e as for z1, with t = ln σp²/σ̂²:
///     q(e | x, z2) = N( σ(t) (μ̂ − μp) / σp,  1 − σ(t) )
/// kl_z1_nats and kl_z2_nats are the layers' KL, apart. Both come into the loss along a line in the
/// first `warm_up` of the training, so that z2 is not given up before it can be of use.
/// Sønderby et al., "Ladder Variational Autoencoders", NIPS 2016.
class LadderVae : public Vae {
 public:
  /// Throws ConfigError for an empty upper layer, or a warm-up that is no share.
  LadderVae(const Shape& example_shape, const LadderVaeOptions& options, Rng& rng)
      : Vae(example_shape, options.vae, rng), top_(options.top_latent), warm_up_(options.warm_up) {
    if (top_ == 0) throw ConfigError("model.top_latent is 0: without an upper layer, use vae");
    if (!(warm_up_ >= 0 && warm_up_ <= 1))
      throw ConfigError("model.warm_up is a share of the training: 0 to 1");
    NetworkOptions upper = options.vae.network;
    upper.hidden = options.top_hidden;
    upper.channels = {};
    add_encoder(top_encoder, upper, {2 * dimensions()}, 2 * top_, rng);
    add_decoder(top_decoder, upper, {2 * dimensions()}, top_, rng);
    register_module("top_encoder", top_encoder);
    register_module("top_decoder", top_decoder);
  }

  /// q(z2 | x), made of N(μ̂, σ̂²)(x), which is posterior(x)
  Gaussian top(const Gaussian& seen) {
    return Gaussian::of(top_encoder(concatenate(seen.mean, seen.log_variance, 1)));
  }
  /// p(z1 | z2)
  Gaussian expected(Var z2) { return Gaussian::of(top_decoder(z2)); }
  /// q(e | x, z2)
  static Gaussian departure(const Gaussian& seen, const Gaussian& expected) {
    Var t = expected.log_variance - seen.log_variance;
    Var surprise = (seen.mean - expected.mean) * exp(-0.5 * expected.log_variance);
    return {sigmoid(t) * surprise, -softplus(t)};
  }

  Var encode(Var x) override {
    const Gaussian seen = posterior(x), above = top(seen);
    return concatenate(departure(seen, expected(above.mean)).mean, above.mean, 1);
  }
  Var decode(Var code) override { return Vae::decode(z1(code)); }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Var x = observe(tape, batch, rng);
    const Draw drawn = draw(x, 1, rng);
    Var kl = mean(drawn.q.kl_of_numbers(), {0});  // (L)
    const auto weight = static_cast<Scalar>(training() ? kl_weight_ : 1);
    return Loss("reconstruction_nats", -mean(log_likelihood(x, drawn.code, batch)))
        .plus("kl_z1_nats", sum(slice(kl, 0, 0, dimensions())), weight)
        .plus("kl_z2_nats", sum(slice(kl, 0, dimensions(), latent())), weight);
  }

  Var elbo(Var x, const Batch& batch, Rng& rng) override {
    const Draw drawn = draw(x, 1, rng);
    return log_likelihood(x, drawn.code, batch) - sum(drawn.q.kl_of_numbers(), {1});
  }

  Var log_weights(Var x, const Batch& batch, std::size_t samples, Rng& rng) override {
    const auto [q, code, noise] = draw(x, samples, rng);
    Var weights = log_likelihood(repeat(x, 0, samples), code, batch) + log_prior(code) -
                  q.log_density_of_draw(noise);
    return reshape(weights, {samples, batch.size()});
  }

  Var kl_per_dimension(Var x, Rng& rng) override { return draw(x, 1, rng).q.kl_of_numbers(); }

  void before_step(std::size_t step, std::size_t steps) override {
    kl_weight_ = annealed_weight(step, steps, {.ramp = warm_up_});
  }

  std::size_t latent() const override { return dimensions() + top_; }

  bool is_plain() const override { return false; }

  static ModelInfo info() {
    return model_info<LadderVae, LadderVaeOptions>({
        .name = "ladder-vae",
        .summary = "a VAE of two layers, whose upper one says what to expect of the lower",
        .objective = "minimise E_q[−ln p(x | z1) + KL(q(z1 | x, z2) ‖ p(z1 | z2))] + "
                     "KL(q(z2 | x) ‖ p(z2))",
        .paper = "Sønderby et al., Ladder Variational Autoencoders, NIPS 2016",
        .training = {.lr = 0.002},
    });
  }

  Sequential top_encoder, top_decoder;

 protected:
  Var decoder_input(Var code, const Batch&) override { return z1(code); }

 private:
  /// Codes (e, z2), (K B, L), the distribution of both, that of e being for this z2, and the noise
  /// that they were drawn with.
  struct Draw {
    Gaussian q;
    Var code, noise;
  };
  Draw draw(Var x, std::size_t samples, Rng& rng) {
    const Gaussian seen = posterior(x).repeated(samples), above = top(seen);
    const Gaussian::Draw z2 = above.draw_with_noise(rng);
    const Gaussian e = departure(seen, expected(z2.z));
    const Gaussian::Draw drawn = e.draw_with_noise(rng);
    return {
        {concatenate(e.mean, above.mean, 1), concatenate(e.log_variance, above.log_variance, 1)},
        concatenate(drawn.z, z2.z, 1),
        concatenate(drawn.noise, z2.noise, 1)};
  }

  /// z1 = μp + σp e
  Var z1(Var code) {
    const Gaussian p = expected(slice(code, 1, dimensions(), latent()));
    return p.mean + exp(0.5 * p.log_variance) * slice(code, 1, 0, dimensions());
  }

  std::size_t top_;
  double warm_up_, kl_weight_ = 1;
};

}}  // namespace hourglass
