#pragma once

#include <memory>
#include <numbers>
#include <optional>
#include <string>

#include "hourglass/models/core/likelihood.hpp"
#include "hourglass/models/core/model_info.hpp"
#include "hourglass/models/core/networks.hpp"
#include "hourglass/models/core/variational.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct VaeOptions {
  NetworkOptions network = {.latent = 20, .hidden = {400}};
  LikelihoodOptions likelihood = {};

  void describe(Settings& settings) {
    network.describe(settings);
    likelihood.describe(settings);
  }
};

/// The variational autoencoder: the code is a random variable z, so that new codes can be drawn and
/// decoded.
///
///     q(z | x) = N(μ(x), σ(x)²),   p(z) = N(0, 1),   p(x | z): each pixel is Bernoulli(σ(g(z)))
///     minimise  E_q [ −ln p(x | z) ]  +  KL(q(z | x) ‖ p(z))     (≥ −ln p(x): the negative ELBO)
///
/// z = μ + σ n with n ~ N(0, 1), so that the gradient of the expectation passes through the draw.
/// Other likelihoods are in likelihood.hpp. All terms are in nats per image; bits_per_dim is the
/// same bound in bits per pixel, if p(x) is a probability mass.
/// Differences from the paper: ReLU in place of tanh, Adam in place of Adagrad, zeros and ones drawn
/// anew in every step.
/// Kingma & Welling, "Auto-Encoding Variational Bayes", ICLR 2014; Rezende, Mohamed & Wierstra,
/// "Stochastic Backpropagation", ICML 2014.
///
/// It is also the base class of its variants; what they override is below, under "protected".
class Vae : public Variational {
 public:
  Vae(const Shape& example_shape, const VaeOptions& options, Rng& rng)
      : Vae(example_shape, options, Sizes(), rng) {}

  /// q(z | x)
  virtual Gaussian posterior(Var x) { return Gaussian::of(encoder(x)); }

  Var encode(Var x) override { return posterior(x).mean; }
  Var decode(Var code) override { return likelihood->mean(decoder(code)); }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Var x = observe(tape, batch, rng);
    const Draw drawn = draw(x, batch, 1, rng);
    Var reconstruction = -mean(log_likelihood(x, drawn.z, batch));
    Var divergence = mean(kl(drawn, batch));
    Loss loss = regularised(Loss("reconstruction_nats", reconstruction), divergence, drawn);
    if (probability() == Probability::mass)
      loss.with(classes() > 0 ? "bits_per_dim_given_class" : "bits_per_dim",
                (reconstruction + divergence) / nats_of_a_bit(x.shape()[1]));
    return loss;
  }

  Var elbo(Var x, const Batch& batch, Rng& rng) override {
    const Draw drawn = draw(x, batch, 1, rng);
    return log_likelihood(x, drawn.z, batch) - kl(drawn, batch);
  }

  Var log_weights(Var x, const Batch& batch, std::size_t samples, Rng& rng) override {
    const Draw drawn = draw(x, batch, samples, rng);
    Var weights = log_likelihood(repeat(x, 0, samples), drawn.z, batch) +
                  log_prior(drawn.z, batch) - log_posterior(drawn);
    return reshape(weights, {samples, batch.size()});
  }

  Var kl_per_dimension(Var x, Rng&) override { return posterior(x).kl_per_latent_dimension(); }

  Var observe(Tape& tape, const Batch& batch, Rng& rng) override {
    return likelihood->observe(tape, batch.x, rng);
  }
  Probability probability() const override { return likelihood->probability(); }

  Tensor sample_codes(std::size_t count, Rng& rng) override {
    Tensor codes = filled({count, latent()});
    rng.fill_normal(codes, 0, 1);
    return codes;
  }

  std::size_t latent() const override { return dimensions_; }

  /// Variants with another prior, or a decoder with inputs besides z, have none.
  std::optional<VaeNetworks> networks_for_bits_back() override {
    return VaeNetworks{encoder, decoder, *likelihood};
  }

  static ModelInfo info() {
    return model_info<Vae, VaeOptions>({
        .name = "vae",
        .summary = "a probabilistic code, so that new examples can be generated",
        .objective = "minimise E_q[−ln p(x | z)] + KL(q(z | x) ‖ p(z)), the negative ELBO",
        .paper = "Kingma & Welling, Auto-Encoding Variational Bayes, ICLR 2014",
    });
  }

  Sequential encoder, decoder;
  std::unique_ptr<Likelihood> likelihood;

 protected:
  /// The sizes of networks with more outputs or inputs than the VAE's: 0 stands for its own.
  struct Sizes {
    std::size_t encoder_outputs = 0;  ///< 2 L of q, and what a variant reads besides
    std::size_t decoder_inputs = 0;   ///< z and what `decoder_input` adds to it
  };
  Vae(const Shape& example_shape, const VaeOptions& options, Sizes sizes, Rng& rng)
      : likelihood(make_likelihood(options.likelihood)), dimensions_(options.network.latent) {
    const auto or_else = [](std::size_t size, std::size_t own) { return size > 0 ? size : own; };
    add_encoder(encoder, options.network, example_shape,
                or_else(sizes.encoder_outputs, 2 * dimensions_), rng);
    add_decoder(decoder, options.network, example_shape, or_else(sizes.decoder_inputs, dimensions_),
                rng, likelihood->maps());
    register_module("encoder", encoder);
    register_module("decoder", decoder);
    register_module("likelihood", *likelihood);
  }

  // What variants override. Codes z are (K B, L) for a batch of B examples, with K draws for each:
  // row k B + b belongs to example b.

  /// z ~ q(z | x), with what its density is computed from
  struct Draw {
    Gaussian q;                       ///< the normal distribution of each: (K B, L)
    Var z, noise;                     ///< z, and the noise n of its normal distribution: (K B, L)
    std::optional<Var> log_det = {};  ///< if z = f(μ + σ n): ln |det df| there, (K B)
  };
  virtual Draw draw(Var x, const Batch& /*batch*/, std::size_t samples, Rng& rng) {
    const Gaussian q = posterior(x).repeated(samples);
    const auto [z, noise] = q.draw_with_noise(rng);
    return {q, z, noise};
  }
  /// The decoder's input: z and, in a conditional model, the condition: (K B, …).
  virtual Var decoder_input(Var z, const Batch& /*batch*/) { return z; }
  /// ln p(z): (K B)
  virtual Var log_prior(Var z, const Batch& /*batch*/) { return standard_normal_log_density(z); }
  /// ln q(z | x) of the z drawn from it: (K B)
  virtual Var log_posterior(const Draw& drawn) {
    Var log_q = drawn.q.log_density_of_draw(drawn.noise);
    return drawn.log_det ? log_q - *drawn.log_det : log_q;
  }
  /// KL(q ‖ p) of each example, or an estimate from the z drawn from q: (B)
  virtual Var kl(const Draw& drawn, const Batch& /*batch*/) {
    return kl_divergence(drawn.q.mean, drawn.q.log_variance);
  }
  /// Adds the regularisation terms to a loss that has its reconstruction term; `kl` is the mean
  /// over the batch.
  virtual Loss regularised(Loss loss, Var kl, const Draw& /*drawn*/) {
    return loss.plus("kl_nats", kl);
  }

  /// ln p(x | z): (K B)
  virtual Var log_likelihood(Var x, Var z, const Batch& batch) {
    return likelihood->log_likelihood(x, decoder(decoder_input(z, batch)));
  }
  /// The number of dimensions of z.
  std::size_t dimensions() const { return dimensions_; }
  /// One bit per pixel, in nats per example: F ln 2
  static Scalar nats_of_a_bit(std::size_t pixels) {
    return static_cast<Scalar>(static_cast<double>(pixels) * std::numbers::ln2);
  }

 private:
  std::size_t dimensions_;
};

}}  // namespace hourglass
