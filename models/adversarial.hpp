#pragma once

#include <vector>

#include "hourglass/autograd/operations/straight_through.hpp"
#include "hourglass/models/vanilla.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct AdversarialOptions {
  VanillaOptions base = {.network = {.latent = 8, .normalization = "batch"}};
  std::vector<std::size_t> discriminator = {256, 256};
  double adversarial_weight = 1;

  void describe(Settings& settings) {
    base.describe(settings);
    settings("discriminator", discriminator, "widths of the discriminator's hidden layers");
    settings("adversarial_weight", adversarial_weight, "what deceiving the discriminator counts");
  }
};

/// The adversarial autoencoder: a plain one whose codes cannot be told from draws of N(0, 1), so
/// that such draws can be decoded. Who tells is a second network, the discriminator D: σ(D(z)) is
/// its belief that z was drawn and not encoded. It learns to tell, the encoder learns to deceive:
///
///     discriminator, by D:   −ln σ(D(n)) − ln(1 − σ(D(sg[z]))),     n ~ N(0, 1)      (nats)
///     deceit, by f:          −ln σ(D̄(z))                                             (nats)
///     reconstruction, by f and g:   ‖x − x̂‖²,    z = f(x),  x̂ = σ(g(z))
///     minimise  reconstruction + λ deceit + discriminator
///
/// The paper takes turns: a step for each. Here the three are one sum and one step, since each term
/// teaches only those it should: sg[z] passes no gradient on to the encoder, and D̄ is D with its
/// weights frozen. While D cannot tell, its loss is 2 ln 2 = 1.386 and the deceit ln 2 = 0.693.
/// Makhzani, Shlens, Jaitly, Goodfellow & Frey, "Adversarial Autoencoders", ICLR workshop 2016.
class Adversarial : public Vanilla {
 public:
  Adversarial(const Shape& example_shape, AdversarialOptions options, Rng& rng)
      : Vanilla(example_shape, options.base, rng),
        weight_(static_cast<Scalar>(options.adversarial_weight)) {
    if (!(options.adversarial_weight >= 0))
      throw ConfigError("model.adversarial_weight must be 0 or more");
    std::vector<std::size_t> sizes = {latent()};
    sizes.insert(sizes.end(), options.discriminator.begin(), options.discriminator.end());
    sizes.push_back(1);
    add_dense_layers(discriminator, sizes, "leaky_relu", rng);
    register_module("discriminator", discriminator);
  }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Var x = tape.constant(batch.x), z = encode(x);
    Var drawn = normal_like(z, rng);
    Var telling = belief_error(drawn, 1) + belief_error(stop_gradient(z), 0);
    return Loss("reconstruction", reconstruction_error(z, x))
        .plus("deceit_nats", deceit(z), weight_)
        .plus("discriminator_nats", telling);
  }

  bool can_sample() const override { return true; }
  Tensor sample_codes(std::size_t count, Rng& rng) override {
    Tensor codes = filled({count, latent()});
    rng.fill_normal(codes, 0, 1);
    return codes;
  }

  static ModelInfo info() {
    return model_info<Adversarial, AdversarialOptions>({
        .name = "adversarial",
        .summary = "a second network makes codes look like draws of N(0, 1), to draw new ones",
        .objective = "minimise ‖x − x̂‖² − λ ln σ(D̄(z)), while D learns to tell z from N(0, 1)",
        .paper = "Makhzani et al., Adversarial Autoencoders, ICLR workshop 2016",
    });
  }

  Sequential discriminator;

 private:
  /// −ln of the belief in what is true: 1 where z was drawn, 0 where it was encoded.
  Var belief_error(Var z, Scalar truth) {
    Var target = filled(z.tape(), {z.shape()[0], 1}, truth);
    return per_example(binary_cross_entropy(discriminator(z), target));
  }
  Var deceit(Var z) {
    const FrozenParameters frozen(z.tape().context());
    return belief_error(z, 1);
  }

  Scalar weight_;
};

}}  // namespace hourglass
