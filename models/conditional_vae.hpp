#pragma once

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/vae.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct ConditionalVaeOptions {
  VaeOptions vae = {.network = {.latent = 20, .hidden = {512}, .activation = "silu"}};
  std::size_t classes = 10;
  double class_weight = 10;
  double consistency_weight = 25;

  void describe(Settings& settings) {
    vae.describe(settings);
    settings("classes", classes, at_least(2), "number of classes, labelled from 0");
    settings("class_weight", class_weight, at_least(0), "weight of the classifier's loss");
    settings("consistency_weight", consistency_weight, at_least(0),
             "weight of the classifier's cross-entropy on generated images");
  }
};

/// The conditional VAE: the decoder gets the class y besides z, so z need not encode it, and images
/// of a given class can be generated.
///
///     q(z | x) = N(μ(x), σ(x)²),   p(z) = N(0, 1),   p(x | z, y),   q(y | x) = softmax(c(x))
///     minimise  E_q[−ln p(x | z, y)] + KL(q(z | x) ‖ p(z))
///               −  α ln q(y | x + ½ n)  −  β ln q(y | x̂(z', y) + ½ n)
///
/// where y is the true label and n ~ N(0, 1), in training only, keeps the classifier from learning
/// pixels by heart. The first two terms are the bound on −ln p(x | y). Information in z
/// costs KL and y is free, so z is left with the rest, slant and stroke: "style". For an
/// unlabelled image the classifier c, a network like the encoder, predicts y (third term), so
///
///     code = (z, y):  L dimensions of style, then the probabilities of the classes
///     encode(x) = (μ(x), q(y | x)),     decode(z, y) = x̂(z, y) = E[x | z, y]
///
/// and everything that works on codes works on these: keep z, change y, and the same hand writes
/// another digit. In training z and y always agree, so the decoder might as well read the class off
/// z and ignore y, and for many epochs it does. The last term (Hu et al., "Toward Controlled Generation of Text", ICML 2017) puts an end to
/// that: z'
/// is drawn from p(z), and c, which this term does not train, must recognise y in the new image.
///
/// class_nats and consistency_nats are the last two terms, `class_weight` α, `consistency_weight` β
/// (0: the bound alone); error_rate and consistency_error are how often c's top class is not y.
/// Classes are assumed to be equally frequent.
/// Differences from the papers: q(z | x) in place of q(z | x, y), since z is to hold what y does not;
/// the last term; every example has a label, so that M2's sum over labels is not needed.
/// Kingma, Rezende, Mohamed & Welling, "Semi-supervised Learning with Deep Generative Models",
/// NIPS 2014 (M2); Sohn, Lee & Yan, "Learning Structured Output Representation using Deep
/// Conditional Generative Models", NIPS 2015.
class ConditionalVae : public Vae {
 public:
  /// Throws ConfigError for fewer than 2 classes, or a negative weight.
  ConditionalVae(const Shape& example_shape, const ConditionalVaeOptions& options, Rng& rng)
      : Vae(example_shape, options.vae,
            {.decoder_inputs = options.vae.network.latent + options.classes}, rng),
        classes_(options.classes),
        class_weight_(static_cast<Scalar>(options.class_weight)),
        consistency_weight_(static_cast<Scalar>(options.consistency_weight)) {
    check_options("model", options);
    add_encoder(classifier, options.vae.network, example_shape, classes_, rng);
    register_module("classifier", classifier);
  }

  Var encode(Var x) override { return concatenate(posterior(x).mean, softmax(classifier(x)), 1); }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Loss loss = Vae::loss(tape, batch, rng);
    Var labels = label_numbers(tape, batch, classes_);
    Var seen = look(tape.constant(batch.x), rng), judged = judgement_of_new(tape, batch, rng);
    return loss.plus("class_nats", per_example(cross_entropy(seen, labels)), class_weight_)
        .plus("consistency_nats", per_example(cross_entropy(judged, labels)), consistency_weight_)
        .with("error_rate", error_rate(seen, labels))
        .with("consistency_error", error_rate(judged, labels));
  }

  /// For z those of the VAE; for y the terms q_k ln(q_k K), which add up to KL(q(y | x) ‖ 1/K).
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

  std::optional<VaeNetworks> networks_for_bits_back() override { return {}; }

  static ModelInfo info() {
    return model_info<ConditionalVae, ConditionalVaeOptions>({
        .name = "conditional-vae",
        .summary = "a VAE conditioned on the class, which generates images of a given class",
        .objective = "minimise E_q[−ln p(x | z, y)] + KL(q(z | x) ‖ p(z)) − α ln q(y | x) − "
                     "β ln q(y | x̂(z', y))",
        .paper = "Kingma et al., Semi-supervised Learning with Deep Generative Models, NIPS 2014",
        .training = {.lr = 0.002},
    });
  }

  Sequential classifier;

 protected:
  Var decoder_input(Var z, const Batch& batch) override {
    Var y = one_hot(z.tape(), batch, classes_);
    return concatenate(z, repeat(y, 0, z.shape()[0] / batch.size()), 1);
  }

 private:
  /// c(x̂(z', y)) with z' ~ p(z) and the labels of the batch; c is frozen.
  Var judgement_of_new(Tape& tape, const Batch& batch, Rng& rng) {
    Var z = new_constant("prior", tape, {batch.size(), dimensions()});
    rng.fill_normal(z.output(), 0, 1);
    Var images = likelihood->mean(decoder(decoder_input(z, batch)));
    const FrozenParameters frozen(tape.context());
    return look(images, rng);
  }
  /// c gets noisy images in training: otherwise the decoder encodes the class in a few faint dots
  /// at the edge, which no real image has and c never learnt to ignore.
  Var look(Var x, Rng& rng) { return classifier(training() ? gaussian_noise(x, 0.5, rng) : x); }
  /// How often the largest logit is not that of the label.
  static Var error_rate(Var logits, Var labels) {
    return 1 - mean(gather(top_k_mask(logits, 1), reshape(labels, {labels.shape()[0], 1}), 1));
  }
  /// Codes with z from the prior, and the class that `next` returns.
  template <class Next>
  Tensor codes_of(std::size_t count, Rng& rng, const Next& next) {
    Tensor codes = Vae::sample_codes(count, rng);
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t k = 0; k < classes_; ++k) codes(i, dimensions() + k) = 0;
      codes(i, dimensions() + next()) = 1;
    }
    return codes;
  }

  std::size_t classes_;
  Scalar class_weight_, consistency_weight_;
};

}}  // namespace hourglass
