#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/core/autoencoder.hpp"
#include "hourglass/models/core/model_info.hpp"
#include "hourglass/nn/layers/linear.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

enum class FineTune { reconstruction, labels };
const Choices<FineTune>& fine_tunings();

struct StackedOptions {
  std::size_t latent = 32;
  std::vector<std::size_t> hidden = {500, 250};
  std::string activation = "tanh";
  double masking = 0.25, pretraining = 0.4;
  std::string fine_tune = "reconstruction";
  std::size_t classes = 10;
  double dropout = 0.3, reconstruction_weight = 0.001;

  void describe(Settings& settings);
};

/// The stacked denoising autoencoder: a deep network trained layer by layer, each layer first by
/// itself as a denoising autoencoder of the output of the layers below, then all together.
///
///     h₀ = x,  hᵢ = fᵢ(hᵢ₋₁)                            f: encoder, g: decoder, one layer each
///     stage i    minimise  E ‖hᵢ₋₁ − gᵢ(fᵢ(h̃ᵢ₋₁))‖²     h̃: a fraction of its elements set to 0
///     then       minimise  ‖x − g₁(…gₙ(fₙ(…f₁(x))))‖²   (fine_tune = reconstruction)
///     or         minimise  −ln softmax(U hₙ + u)[label] + weight ‖x − x̂‖²   (labels)
///
/// Each stage gets an equal share of the first steps and trains its own layer only; those below are
/// frozen. When it was invented, deep networks of sigmoid units could not be trained from random
/// weights; stacking gave them a starting point from which gradient descent worked. The
/// learning-rate schedule spans all stages, so the rate is high while they train and falls in
/// fine-tuning, which comes last.
/// With labels a softmax layer on top is trained with the whole encoder, x masked as before and
/// with dropout: a classifier with an `error_rate`, from whose code x can still be reconstructed.
/// The loss of every stage is then scaled by `reconstruction_weight`, since an optimiser that has
/// seen large gradients takes too small steps for a long time. RMSprop forgets them soonest. In
/// evaluation mode the loss is that of fine-tuning.
/// Differences from the paper: squared error for every layer in place of cross-entropy for those in
/// 0..1, dropout, a reconstruction term beside the labels, and one schedule over all stages.
/// Vincent, Larochelle, Lajoie, Bengio & Manzagol, "Stacked Denoising Autoencoders", JMLR 2010
/// (with a test error of 1.28 % on MNIST in its table); Hinton & Salakhutdinov, Science 2006.
class Stacked : public Autoencoder {
 public:
  /// Throws ConfigError for options that make no network or no schedule.
  Stacked(const Shape& example_shape, StackedOptions options, Rng& rng);

  std::size_t layers() const { return encoder_.size(); }
  /// The layer that is being trained, or `layers()` while all are fine-tuned.
  std::size_t stage() const { return stage_; }
  void before_step(std::size_t step, std::size_t steps) override {
    const double done = static_cast<double>(step) / static_cast<double>(steps);
    stage_ = done < options_.pretraining
                 ? static_cast<std::size_t>(done / options_.pretraining * double(layers()))
                 : layers();
  }

  Var encode(Var x) override { return climb(x, layers()); }
  Var decode(Var code) override {
    for (std::size_t i = layers(); i-- > 0;) code = down(i, code);
    return code;
  }

  Var corrupt(Var x, Rng& rng) const override {
    return masking_noise(x, Scalar(options_.masking), rng);
  }

  bool is_regularized() const override { return true; }
  bool is_classifier() const override { return classifier_ != nullptr; }
  Var class_logits(Var x) override { return head(encode(x)); }
  /// The logits that the classifier makes of codes: (B, classes). Throws ConfigError without one.
  Var head(Var code) {
    if (!classifier_) throw ConfigError("class_logits: trained without labels (model.fine_tune)");
    return (*classifier_)(code);
  }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Var x = tape.constant(batch.x);
    if (!training() || stage_ == layers()) return fine_tuning_loss(x, batch, rng);
    Loss loss("reconstruction", layer_error(stage_, x, rng));
    if (!classifier_) return loss;
    loss.total = Scalar(options_.reconstruction_weight) * loss.total;
    const FrozenParameters frozen(tape.context());
    return with_classes(loss, class_logits(x), label_numbers(tape, batch, options_.classes));
  }

  /// ‖hᵢ − gᵢ(fᵢ(h̃ᵢ))‖², the mean over the batch
  Var layer_error(std::size_t i, Var x, Rng& rng) {
    Var h = x;
    {
      const FrozenParameters frozen(x.tape().context());
      h = climb(x, i);
    }
    return per_example(squared_error(down(i, up(i, corrupt(h, rng))), h));
  }

  std::string loss_unit() const override {
    return classifier_ ? "nats per image" : "squared error per image";
  }
  std::size_t latent() const override { return options_.latent; }

  static ModelInfo info() {
    return model_info<Stacked, StackedOptions>({
        .name = "stacked",
        .summary = "denoising layers trained one after the other, then fine-tuned together",
        .objective =
            "minimise ‖hᵢ₋₁ − gᵢ(fᵢ(h̃ᵢ₋₁))‖² layer by layer, then ‖x − x̂‖² or −ln p(label)",
        .paper = "Vincent et al., Stacked Denoising Autoencoders, JMLR 2010",
        .training = {.optimizer = "rmsprop"},
    });
  }

 private:
  Var up(std::size_t i, Var h) { return (*activation_)((*encoder_[i])(h)); }
  Var down(std::size_t i, Var h) {
    Var y = (*decoder_[i])(h);
    return i == 0 ? sigmoid(y) : (*activation_)(y);
  }
  Var climb(Var x, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) x = up(i, x);
    return x;
  }
  Loss fine_tuning_loss(Var x, const Batch& batch, Rng& rng) {
    const bool noisy = training() && classifier_;
    Var code = noisy ? corrupt(x, rng) : x;
    for (std::size_t i = 0; i < layers(); ++i) {
      code = up(i, code);
      if (noisy) code = dropout(code, Scalar(options_.dropout), rng);
    }
    Loss loss("reconstruction", per_example(squared_error(decode(code), x)));
    if (!classifier_) return loss;
    Var labels = label_numbers(x.tape(), batch, options_.classes);
    with_classes(loss, (*classifier_)(code), labels);
    loss.total = loss.terms[1].value + Scalar(options_.reconstruction_weight) * loss.total;
    return loss;
  }

  static Loss& with_classes(Loss& loss, Var logits, Var labels) {
    return loss.with("cross_entropy_nats", per_example(cross_entropy(logits, labels)))
        .with("error_rate", error_rate(logits, labels));
  }

  /// The fraction of examples whose largest logit is not that of their label: ()
  static Var error_rate(Var logits, Var labels);

  StackedOptions options_;
  std::unique_ptr<Module> activation_;
  std::vector<std::unique_ptr<Linear>> encoder_, decoder_;
  std::unique_ptr<Linear> classifier_;
  std::size_t stage_ = 0;
};

}}  // namespace hourglass
