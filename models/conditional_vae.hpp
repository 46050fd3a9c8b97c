#pragma once

#include <cmath>
#include <memory>
#include <vector>

#include "hourglass/models/vae.hpp"
#include "hourglass/nn/layers/linear.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct ConditionalVaeOptions {
  VaeOptions vae = {.network = {.latent = 20, .hidden = {512}, .activation = "silu"}};
  std::size_t classes = 10;
  double class_weight = 10;
  double consistency_weight = 25;
  bool posterior_sees_class = true;
  bool learnt_prior = false;

  void describe(Settings& settings) {
    vae.describe(settings);
    settings("classes", classes, at_least(2), "number of classes, labelled from 0");
    settings("class_weight", class_weight, at_least(0), "weight of the classifier's loss");
    settings("consistency_weight", consistency_weight, at_least(0),
             "weight of the classifier's cross-entropy on generated images");
    settings("posterior_sees_class", posterior_sees_class, "the encoder gets y besides x");
    settings("learnt_prior", learnt_prior,
             "each class has a normal distribution p(z | y) to draw from");
  }
};

/// The conditional VAE: encoder and decoder get the class y, so that z need not encode it, and
/// images of a given class can be generated.
///
///     q(z | x, y) = N(μ(x, y), σ(x, y)²),   p(z) = N(0, 1),   p(x | z, y)
///     q(y | x) = softmax(c(x))
///     minimise  E_q[−ln p(x | z, y)] + KL(q(z | x, y) ‖ p(z))
///               −  α ln q(y | x + ½ n)  −  β ln q(y | x̂(z', y) + ½ n)
///
/// where y is the true label and n ~ N(0, 1), in training only, keeps the classifier from learning
/// pixels by heart. The first two terms are the bound on −ln p(x | y). Information in z costs KL and
/// y is free, so z is left with the rest, slant and stroke: "style". For an unlabelled image the
/// classifier c, a network like the encoder, predicts y (third term), so
///
///     code = (z, y):  L dimensions of style, then the probabilities of the classes
///     encode(x) = (μ(x, q(y | x)), q(y | x)),     decode(z, y) = x̂(z, y) = E[x | z, y]
///
/// and everything that works on codes works on these: keep z, change y, and the same hand writes
/// another digit. In training z and y always agree, so the decoder might as well read the class off
/// z and ignore y, and for many epochs it does. The last term (Hu et al., "Toward Controlled
/// Generation of Text", ICML 2017) puts an end to that: z' is drawn from p(z), and c, which this
/// term does not train, must recognise y in the new image.
///
/// y reaches the encoder as an image: it sees x + A y, with an image learnt for each class, which
/// convolutions take too. With `learnt_prior`, p(z | y) = N(m_y, s_y²) takes the place of p(z)
/// everywhere, so that styles may depend on the class; it begins as N(0, 1).
///
/// class_nats and consistency_nats are the last two terms, `class_weight` α, `consistency_weight` β
/// (0: the bound alone); error_rate and consistency_error are how often c's top class is not y. All
/// four are measured through the noise in training and without it in evaluation. Classes are
/// assumed to be equally frequent.
/// Differences from the papers: the last term; every example has a label, so that M2's sum over
/// labels is not needed; p(z | y) has a mean and a deviation for each class, not a network, and the
/// default is M2's p(z).
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
    if (options.posterior_sees_class) {
      images_ = std::make_unique<Linear>(classes_, element_count(example_shape), rng,
                                         LinearOptions{.bias = false});
      register_module("class_images", *images_);
    }
    if (options.learnt_prior) {
      prior_ =
          std::make_unique<Linear>(classes_, 2 * dimensions(), rng, LinearOptions{.bias = false});
      prior_->weight.value.fill(0);
      register_module("prior", *prior_);
    }
  }

  /// q(z | x, y) with y as the probabilities of the classes, (B, classes) …
  Gaussian posterior(Var x, Var y) {
    return Gaussian::of(encoder(images_ ? x + images_->forward(y) : x));
  }
  /// … or as the classifier finds them.
  Gaussian posterior(Var x) override { return posterior(x, softmax(classifier(x))); }

  Var encode(Var x) override {
    Var y = softmax(classifier(x));
    return concatenate(posterior(x, y).mean, y, 1);
  }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Loss loss = Vae::loss(tape, batch, rng);
    Var labels = label_numbers(tape, batch, classes_);
    Var seen = look(tape.constant(batch.x), rng), judged = judgement_of_new(tape, batch, rng);
    return loss.plus("class_nats", per_example(cross_entropy(seen, labels)), class_weight_)
        .plus("consistency_nats", per_example(cross_entropy(judged, labels)), consistency_weight_)
        .with("error_rate", error_rate(seen, labels))
        .with("consistency_error", error_rate(judged, labels));
  }

  /// For z those of q(z | x, y) from p(z | y), with the y that the classifier finds; for y the
  /// terms q_k ln(q_k K), which add up to KL(q(y | x) ‖ 1/K).
  Var kl_per_dimension(Var x, Rng&) override {
    Var log_y = log_softmax(classifier(x)), y = exp(log_y);
    const Gaussian q = relative_to_prior(posterior(x, y), y);
    const Scalar log_classes = std::log(static_cast<Scalar>(classes_));
    return concatenate(q.kl_per_latent_dimension(), y * (log_y + log_classes), 1);
  }

  std::size_t latent() const override { return dimensions() + classes_; }
  std::size_t classes() const override { return classes_; }

  Tensor sample_codes(std::size_t count, std::size_t label, Rng& rng) override;
  Tensor sample_codes(std::size_t count, Rng& rng) override;

  std::optional<VaeNetworks> networks_for_bits_back() override { return {}; }

  static ModelInfo info() {
    return model_info<ConditionalVae, ConditionalVaeOptions>({
        .name = "conditional-vae",
        .summary = "a VAE conditioned on the class, which generates images of a given class",
        .objective = "minimise E_q[−ln p(x | z, y)] + KL(q(z | x, y) ‖ p(z)) − "
                     "α ln q(y | x + ½ n) − β ln q(y | x̂(z', y) + ½ n)",
        .paper = "Kingma et al., Semi-supervised Learning with Deep Generative Models, NIPS 2014",
        .training = {.lr = 0.002},
        .older = {"posterior_sees_class=false"},
    });
  }

  Sequential classifier;

 protected:
  Draw draw(Var x, const Batch& batch, std::size_t samples, Rng& rng) override {
    const Gaussian q = posterior(x, one_hot(x.tape(), batch, classes_)).repeated(samples);
    const auto [z, noise] = q.draw_with_noise(rng);
    return {q, z, noise};
  }
  Var decoder_input(Var z, const Batch& batch) override {
    return concatenate(z, classes_of(z, batch), 1);
  }
  Var log_prior(Var z, const Batch& batch) override {
    return prior_ ? prior(classes_of(z, batch)).log_density(z) : Vae::log_prior(z, batch);
  }
  Var kl(const Draw& drawn, const Batch& batch) override {
    if (!prior_) return Vae::kl(drawn, batch);
    const Gaussian p = prior(classes_of(drawn.z, batch));
    return kl_divergence(drawn.q.mean, drawn.q.log_variance, p.mean, p.log_variance);
  }

 private:
  /// p(z | y), if it is learnt
  Gaussian prior(Var y) { return Gaussian::of(prior_->forward(y)); }
  /// q in units in which p(z | y) is N(0, 1): its KL is the same.
  Gaussian relative_to_prior(const Gaussian& q, Var y) {
    if (!prior_) return q;
    const Gaussian p = prior(y);
    return {(q.mean - p.mean) * exp(-0.5 * p.log_variance), q.log_variance - p.log_variance};
  }
  /// The y of each code: (K B, classes)
  Var classes_of(Var z, const Batch& batch) {
    return repeat(one_hot(z.tape(), batch, classes_), 0, z.shape()[0] / batch.size());
  }
  /// c(x̂(z', y)) with z' from the prior and the labels of the batch; c is frozen.
  Var judgement_of_new(Tape& tape, const Batch& batch, Rng& rng) {
    Var noise = new_constant("prior", tape, {batch.size(), dimensions()});
    rng.fill_normal(noise.output(), 0, 1);
    Var z = prior_ ? prior(one_hot(tape, batch, classes_)).at(noise) : noise;
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
  /// Codes of these classes, with z from the prior; its noise is in `codes`.
  Tensor codes_of(const std::vector<std::size_t>& labels, Tensor codes);

  std::size_t classes_;
  Scalar class_weight_, consistency_weight_;
  std::unique_ptr<Linear> images_, prior_;  // null if the options are off
};

}}  // namespace hourglass
