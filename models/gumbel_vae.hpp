#pragma once

#include <cmath>
#include <memory>
#include <numbers>

#include "hourglass/autograd/operations/straight_through.hpp"
#include "hourglass/models/core/likelihood.hpp"
#include "hourglass/models/core/model_info.hpp"
#include "hourglass/models/core/networks.hpp"
#include "hourglass/models/core/variational.hpp"
#include "hourglass/nn/bounds.hpp"
#include "hourglass/nn/training/schedules.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct GumbelVaeOptions {
  NetworkOptions network = {.latent = 20, .hidden = {512, 256}, .normalization = "batch"};
  LikelihoodOptions likelihood = {};
  std::size_t categories = 10;
  double temperature = 1;
  double final_temperature = 0.5;
  bool straight_through = false;

  void describe(Settings& settings) {
    network.describe(settings);
    likelihood.describe(settings);
    settings("categories", categories, at_least(2),
             "values of each latent variable; a code has latent times as many numbers");
    settings("temperature", temperature, above(0), "of the relaxed draws when training begins …");
    settings("final_temperature", final_temperature, above(0), "… and when it ends");
    settings("straight_through", straight_through,
             "decode one-hot vectors in training, with the gradient of the relaxed ones");
  }
};

/// The categorical VAE: the code is N variables of K values each. They are drawn with Gumbel noise,
/// and relaxed in training, so that gradients pass through the draw.
///
///     q(z_n | x) = Cat(π_n(x)),   p(z_n) = Cat(1/K),   p(x | z): each pixel is Bernoulli(σ(g(z)))
///     minimise  E_q[ −ln p(x | z) ]  +  Σ_n KL(Cat(π_n) ‖ Cat(1/K))            (≥ −ln p(x))
///
/// z_n = one-hot(argmax_k ln π_nk + G_k) with G = −ln(−ln u), u uniform in (0, 1), is a draw from
/// π_n (Gumbel 1954), but argmax has no slope. In training, softmax takes its place:
///     y_n = softmax((ln π_n + G) / τ)
/// The lower τ is, the nearer is y to one-hot: the gradient has less bias and more variance. So τ
/// falls from `temperature` to `final_temperature`, by the same factor in every step. With
/// `straight_through` the decoder gets z, and only the gradient is that of y.
///
/// The terms are in nats per image. In training they are those of y, which bound nothing; in
/// evaluation, as in elbo and log_weights, those of one-hot draws z: the bound on −ln p(x).
/// encode gives π, (B, N K), of which code_indices gives the most probable values, (B, N).
/// Differences from the papers: the layers are those of Jang's code, which has N = 30 and no batch
/// normalisation (without it few variables are used in the first epochs) and a third of our lr; τ
/// falls throughout training (theirs early, or never); KL is that of z as in Jang (Maddison: that
/// of y). A warm-up of the KL would do harm: where its weight is near 0, π becomes one-hot to be
/// rid of the noise, the same for all images, and then has no slope.
/// Jang, Gu & Poole, "Categorical Reparameterization with Gumbel-Softmax", ICLR 2017; Maddison,
/// Mnih & Teh, "The Concrete Distribution: A Continuous Relaxation of Discrete Random Variables",
/// ICLR 2017.
class GumbelVae : public Variational {
 public:
  /// Throws ConfigError for no variables, fewer than 2 categories, a temperature of 0 or less.
  GumbelVae(const Shape& example_shape, const GumbelVaeOptions& options, Rng& rng)
      : likelihood(make_likelihood(options.likelihood)),
        options_(options),
        temperature_(options.temperature) {
    check_options("model", options);
    at_least(1).expect("model.latent", static_cast<double>(variables()));
    add_encoder(encoder, options.network, example_shape, latent(), rng);
    add_decoder(decoder, options.network, example_shape, latent(), rng, likelihood->maps());
    register_module("encoder", encoder);
    register_module("decoder", decoder);
    register_module("likelihood", *likelihood);
  }

  void before_step(std::size_t step, std::size_t steps) override {
    const double share = annealed_weight(step, steps, {.ramp = 1});
    temperature_ =
        options_.temperature * std::pow(options_.final_temperature / options_.temperature, share);
  }

  /// ln π(x): (B, N, K)
  Var log_posterior(Var x) {
    return log_softmax(reshape(encoder(x), {x.shape()[0], variables(), options_.categories}));
  }
  /// The vectors that the decoder gets in training: y or, straight through, z with y's gradient.
  Var draw_relaxed(Var log_q, Rng& rng) {
    Var noisy = with_gumbel_noise(log_q, rng);
    Var y = softmax(noisy / static_cast<Scalar>(temperature_));
    return options_.straight_through ? straight_through(y, top_k_mask(noisy, 1)) : y;
  }
  /// z ~ q(z | x), one-hot: (B, N, K)
  Var draw(Var log_q, Rng& rng) { return top_k_mask(with_gumbel_noise(log_q, rng), 1); }
  /// ln p(x | z): (B)
  Var log_likelihood(Var x, Var z) {
    return likelihood->log_likelihood(x, decoder(reshape(z, {z.shape()[0], latent()})));
  }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Var x = observe(tape, batch, rng), log_q = log_posterior(x);
    Var z = training() ? draw_relaxed(log_q, rng) : draw(log_q, rng);
    Var reconstruction = -mean(log_likelihood(x, z)), divergence = mean(kl(log_q));
    Loss loss = Loss("reconstruction_nats", reconstruction).plus("kl_nats", divergence);
    const auto bit = static_cast<Scalar>(static_cast<double>(x.shape()[1]) * std::numbers::ln2);
    if (probability() == Probability::mass) loss.with("bits_per_dim", loss.total / bit);
    return loss;
  }

  Var elbo(Var x, const Batch&, Rng& rng) override {
    Var log_q = log_posterior(x);
    return log_likelihood(x, draw(log_q, rng)) - kl(log_q);
  }

  Var log_weights(Var x, const Batch& batch, std::size_t samples, Rng& rng) override {
    Var log_q = repeat(log_posterior(x), 0, samples);
    Var z = draw(log_q, rng);
    Var ratio = -sum(z * log_q, {1, 2}) - static_cast<Scalar>(variables()) * log_categories();
    return reshape(log_likelihood(repeat(x, 0, samples), z) + ratio, {samples, batch.size()});
  }

  Var kl_per_dimension(Var x, Rng&) override {
    return reshape(kl_terms(log_posterior(x)), {x.shape()[0], latent()});
  }

  Var observe(Tape& tape, const Batch& batch, Rng& rng) override {
    return likelihood->observe(tape, batch.x, rng);
  }
  Probability probability() const override { return likelihood->probability(); }

  Var encode(Var x) override { return reshape(exp(log_posterior(x)), {x.shape()[0], latent()}); }
  Var decode(Var code) override { return likelihood->mean(decoder(code)); }
  std::size_t latent() const override { return variables() * options_.categories; }

  std::size_t codebook_size() const override { return options_.categories; }
  std::size_t code_positions() const override { return variables(); }
  Var code_indices(Var x) override;
  Var decode_indices(Var indices) override;

  Tensor sample_codes(std::size_t count, Rng& rng) override;

  static ModelInfo info() {
    return model_info<GumbelVae, GumbelVaeOptions>({
        .name = "gumbel-vae",
        .summary = "a VAE of categorical variables, drawn by Gumbel-softmax",
        .objective = "minimise E_q[−ln p(x | z)] + Σ KL(Cat(π_n(x)) ‖ Cat(1/K))",
        .paper = "Jang, Gu & Poole, Categorical Reparameterization with Gumbel-Softmax, ICLR 2017",
        .training = {.lr = 3e-3},
    });
  }

  Sequential encoder, decoder;
  std::unique_ptr<Likelihood> likelihood;

 private:
  std::size_t variables() const { return options_.network.latent; }
  Scalar log_categories() const { return std::log(static_cast<Scalar>(options_.categories)); }

  /// π ln(K π) − π + 1/K of each value, (B, N, K): none is below 0, and those of a variable add up
  /// to its KL, since both π and 1/K add up to 1.
  Var kl_terms(Var log_q) const {
    return exp(log_q) * (log_q + log_categories() - 1) + std::exp(-log_categories());
  }
  Var kl(Var log_q) const { return sum(kl_terms(log_q), {1, 2}); }

  /// ln π + G; its argmax is a draw from π
  static Var with_gumbel_noise(Var log_q, Rng& rng) {
    Var u = new_constant("uniform", log_q.tape(), log_q.shape());
    rng.fill_uniform(u.output(), 0, 1);
    return log_q - log(-log(u));
  }

  GumbelVaeOptions options_;
  double temperature_;
};

}}  // namespace hourglass
