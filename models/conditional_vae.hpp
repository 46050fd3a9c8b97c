#pragma once

#include "autograd/error.hpp"
#include "models/vae.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

struct ConditionalVaeOptions {
  VaeOptions vae = {};
  std::size_t classes = 10;
  double class_weight = 10;

  void describe(Settings& settings) {
    vae.describe(settings);
    settings("classes", classes, "how many classes the labels name, from 0");
    settings("class_weight", class_weight, "what a nat of the classifier's loss weighs");
  }
};

/// The conditional VAE: the decoder is told the class y beside z, so z need not say it, and images
/// of a class can be asked for.
///
///     q(z | x) = N(μ(x), σ(x)²),   p(z) = N(0, 1),   p(x | z, y),   q(y | x) = softmax(c(x))
///     minimise  E_q[−ln p(x | z, y)] + KL(q(z | x) ‖ p(z)) − α ln q(y | x),     y the true label
///
/// The first two terms are the bound on −ln p(x | y). They teach the decoder to take the class from
/// y, since every nat that z says costs KL and y is free: z keeps the rest, slant and stroke,
/// "style". Of an image without a label the classifier c, a network like the encoder, says the
/// class; so
///
///     code = (z, y):  L numbers of style, then the probabilities of the classes
///     encode(x) = (μ(x), q(y | x)),     decode(z, y) = g(z, y)
///
/// and all that can be done with codes can be done with these: keep z and change y, and the same
/// hand writes another digit. class_nats is −ln q(y | x), error_rate how often its largest y is
/// wrong. `class_weight` is α; c shares nothing with the other two networks, so it only has to be
/// large enough. Classes are taken to be equally frequent.
/// Kingma, Rezende, Mohamed & Welling, "Semi-supervised Learning with Deep Generative Models",
/// NIPS 2014 (M2); Sohn, Lee & Yan, "Learning Structured Output Representation using Deep
/// Conditional Generative Models", NIPS 2015.
class ConditionalVae : public Vae {
 public:
  /// Throws ConfigError for less than 2 classes, or a weight that would make the classifier worse.
  ConditionalVae(const Shape& example_shape, const ConditionalVaeOptions& options, Rng& rng)
      : Vae(example_shape, options.vae, options.vae.network.latent + options.classes, rng),
        classes_(options.classes),
        class_weight_(static_cast<Scalar>(options.class_weight)) {
    if (classes_ < 2) throw ConfigError("model.classes must be at least 2");
    if (!(class_weight_ >= 0)) throw ConfigError("model.class_weight must not be below 0");
    add_encoder(classifier, options.vae.network, example_shape, classes_, rng);
    register_module("classifier", classifier);
  }

  Var encode(Var x) override { return concatenate(posterior(x).mean, softmax(classifier(x)), 1); }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Var logits = classifier(tape.constant(batch.x));
    Var right = sum(top_k_mask(logits, 1) * one_hot(tape, batch, classes_), {1});
    return Vae::loss(tape, batch, rng)
        .plus("class_nats", cross_entropy<PerExample>(logits, label_numbers(tape, batch, classes_)),
              class_weight_)
        .with("error_rate", 1 - mean(right));
  }

  /// Of z its own; of y the terms q_k ln(q_k K) of KL(q(y | x) ‖ 1/K), which add up to it.
  Var kl_per_dimension(Var x, Rng& rng) override {
    Var log_q = log_softmax(classifier(x));
    const Scalar log_classes = std::log(static_cast<Scalar>(classes_));
    return concatenate(Vae::kl_per_dimension(x, rng), exp(log_q) * (log_q + log_classes), 1);
  }

  std::size_t latent() const override { return dimensions() + classes_; }
  std::size_t classes() const override { return classes_; }

  Tensor sample_codes(std::size_t count, std::size_t label, Rng& rng) override {
    if (label >= classes_)
      throw ConfigError("there is no class " + std::to_string(label) + ": the model has " +
                        std::to_string(classes_) + ", from 0");
    return codes_of(count, rng, [&] { return label; });
  }
  Tensor sample_codes(std::size_t count, Rng& rng) override {
    return codes_of(count, rng, [&] { return rng.below(static_cast<std::uint32_t>(classes_)); });
  }

  static ModelInfo info() {
    return model_info<ConditionalVae, ConditionalVaeOptions>({
        .name = "conditional-vae",
        .summary = "a VAE that is told the class, so that images of a class can be asked for",
        .objective = "minimise E_q[−ln p(x | z, y)] + KL(q(z | x) ‖ p(z)) − α ln q(y | x)",
        .paper = "Kingma et al., Semi-supervised Learning with Deep Generative Models, NIPS 2014",
    });
  }

  Sequential classifier;

 protected:
  Var decoder_input(Var z, const Batch& batch) override {
    Var y = one_hot(z.tape(), batch, classes_);
    return concatenate(z, repeat(y, 0, z.shape()[0] / batch.size()), 1);
  }

 private:
  /// Codes with z from the prior, and the class that `next` says.
  template <class Next>
  Tensor codes_of(std::size_t count, Rng& rng, const Next& next) {
    const Tensor z = Vae::sample_codes(count, rng);
    Tensor codes = filled({count, latent()});
    for (std::size_t i = 0; i < count; ++i) {
      std::copy_n(z.data() + i * dimensions(), dimensions(), codes.data() + i * latent());
      codes(i, dimensions() + next()) = 1;
    }
    return codes;
  }

  std::size_t classes_;
  Scalar class_weight_;
};

}  // namespace hourglass::inline HOURGLASS_PRECISION
