#pragma once

#include <vector>

#include "hourglass/models/core/discriminator.hpp"
#include "hourglass/models/vanilla.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct AdversarialOptions {
  VanillaOptions base = {.network = {.latent = 8, .normalization = "batch"}};
  std::vector<std::size_t> discriminator = {256, 256};
  double adversarial_weight = 20;

  void describe(Settings& settings) {
    base.describe(settings);
    settings("discriminator", discriminator, "widths of the discriminator's hidden layers");
    settings("adversarial_weight", adversarial_weight, at_least(0), "weight of the generator loss");
  }
};

/// The adversarial autoencoder: a plain one whose codes cannot be told from draws of N(0, 1), so
/// that such draws can be decoded. A second network, the discriminator D, learns to tell them
/// apart: its logit D(z) gives the probability σ(D(z)) that z was drawn and not encoded. The
/// encoder, which is the generator here, learns to fool it:
///
///     discriminator loss, of D:   −ln σ(D(n)) − ln(1 − σ(D(sg[z]))),     n ~ N(0, 1)     (nats)
///     generator loss, of f:       −ln σ(D̄(z)), the term deceit_nats                      (nats)
///     reconstruction, of f and g:   ‖x − x̂‖²,    z = f(x),  x̂ = σ(g(z))
///     minimise  reconstruction + λ generator loss + discriminator loss
///
/// The paper alternates, with a step of its own optimiser for each. Here the three are one sum and
/// one step, since each term trains only the networks it should: sg[z] passes no gradient on to the
/// encoder, and D̄ is D with its weights frozen. In one step the generator loss, of about a nat,
/// competes with a squared error of tens, which an optimiser of its own would not feel: λ = 20 makes
/// up for that. While D cannot tell, its loss is 2 ln 2 = 1.386 and the generator's
/// ln 2 = 0.693.
/// Makhzani, Shlens, Jaitly, Goodfellow & Frey, "Adversarial Autoencoders", ICLR workshop 2016.
class Adversarial : public Vanilla {
 public:
  Adversarial(const Shape& example_shape, const AdversarialOptions& options, Rng& rng)
      : Vanilla(example_shape, options.base, rng),
        discriminator(latent(), options.discriminator, rng),
        weight_(static_cast<Scalar>(options.adversarial_weight)) {
    check_options("model", options);
    register_module("discriminator", discriminator);
  }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Var x = tape.constant(batch.x), z = encode(x);
    Var drawn = normal_like(z, rng);
    return Loss("reconstruction", reconstruction_error(z, x))
        .plus("deceit_nats", logit_loss(discriminator.frozen(z), 1), weight_)
        .plus("discriminator_nats", discriminator.loss(drawn, z));
  }

  bool is_regularized() const override { return true; }
  bool can_sample() const override { return true; }
  Tensor sample_codes(std::size_t count, Rng& rng) override {
    Tensor codes = filled({count, latent()});
    rng.fill_normal(codes, 0, 1);
    return codes;
  }

  static ModelInfo info() {
    return model_info<Adversarial, AdversarialOptions>({
        .name = "adversarial",
        .summary = "a discriminator makes the codes match N(0, 1), so that new ones can be drawn",
        .objective = "minimise ‖x − x̂‖² − λ ln σ(D̄(z)), while D learns to tell z from N(0, 1)",
        .paper = "Makhzani et al., Adversarial Autoencoders, ICLR workshop 2016",
    });
  }

  Discriminator discriminator;

 private:
  Scalar weight_;
};

}}  // namespace hourglass
