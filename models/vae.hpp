#pragma once

#include <string>

#include "models/model_info.hpp"
#include "models/networks.hpp"
#include "models/variational.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

struct VaeOptions {
  NetworkOptions network = {.latent = 20, .hidden = {400}};
  bool binarize = true;

  void describe(Settings& settings) {
    network.describe(settings);
    settings("binarize", binarize, "learn from zeros and ones drawn anew in every step");
  }
};

/// The variational autoencoder: the code is a random variable z, so that new codes can be drawn and
/// decoded.
///
///     q(z | x) = N(μ(x), σ(x)²),   p(z) = N(0, 1),   p(x | z) = Bernoulli(σ(g(z)))
///     minimise  E_q [ −ln p(x | z) ]  +  KL(q(z | x) ‖ p(z))     (≥ −ln p(x): the negative ELBO)
///
/// z = μ + σ n with n ~ N(0, 1), so that the gradient of the expectation passes through the draw.
/// Kingma & Welling, "Auto-Encoding Variational Bayes", ICLR 2014; Rezende, Mohamed & Wierstra,
/// "Stochastic Backpropagation", ICML 2014.
class Vae : public Variational {
 public:
  Vae(const Shape& example_shape, VaeOptions options, Rng& rng) : options_(std::move(options)) {
    const NetworkOptions& network = options_.network;
    add_encoder(encoder, network, example_shape, 2 * network.latent, rng);
    add_decoder(decoder, network, example_shape, network.latent, rng);
    register_module("encoder", encoder);
    register_module("decoder", decoder);
  }

  /// q(z | x)
  Gaussian posterior(Var x) {
    Var outputs = encoder(x);
    return {slice(outputs, 1, 0, latent()), slice(outputs, 1, latent(), 2 * latent())};
  }

  Var encode(Var x) override { return posterior(x).mean; }
  Var decode(Var code) override { return sigmoid(decoder(code)); }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Var x = observe(tape, batch, rng);
    const Gaussian q = posterior(x);
    Var z = q.draw(rng);
    return Loss("reconstruction_nats", -mean(log_likelihood(x, z)))
        .plus("kl_nats", mean(kl_divergence(q.mean, q.log_variance)));
  }

  Var kl_per_dimension(Var x, Rng&) override {
    const Gaussian q = posterior(x);
    return 0.5 * (square(q.mean) + exp(q.log_variance) - q.log_variance - 1);
  }

  Var log_weight(Var x, Rng& rng) override {
    const Gaussian q = posterior(x);
    Var z = q.draw(rng);
    return log_likelihood(x, z) + log_prior(z) - q.log_density(z);
  }

  Var observe(Tape& tape, const Batch& batch, Rng& rng) override {
    return options_.binarize ? hourglass::binarize(tape, batch.x, rng) : tape.constant(batch.x);
  }

  Tensor sample_codes(std::size_t count, Rng& rng) override {
    Tensor codes = filled({count, latent()});
    rng.fill_normal(codes, 0, 1);
    return codes;
  }

  std::size_t latent() const override { return options_.network.latent; }

  static ModelInfo info() {
    return model_info<Vae, VaeOptions>({
        .name = "vae",
        .summary = "a code that is a random variable, so that new examples can be drawn",
        .objective = "minimise E_q[−ln p(x | z)] + KL(q(z | x) ‖ p(z)), the negative ELBO",
        .paper = "Kingma & Welling, Auto-Encoding Variational Bayes, ICLR 2014",
    });
  }

  Sequential encoder, decoder;

 protected:
  /// ln p(x | z): (B)
  Var log_likelihood(Var x, Var z) { return bernoulli_log_likelihood(x, decoder(z)); }
  /// ln p(z): (B)
  virtual Var log_prior(Var z) {
    Var zero = z.tape().constant(filled(z.shape()));
    return gaussian_log_likelihood(z, zero, zero);
  }

 private:
  VaeOptions options_;
};

}  // namespace hourglass::inline HOURGLASS_PRECISION
