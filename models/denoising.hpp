#pragma once

#include <string>

#include "hourglass/models/vanilla.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

enum class Corruption { gaussian, masking, salt_and_pepper };

/// Kinds of noise; strength is a standard deviation (gaussian) or the fraction of pixels hit.
inline const Choices<Corruption>& corruptions() {
  static const Choices<Corruption> all(
      "noise",
      {{"gaussian", Corruption::gaussian, "x + strength n, n ~ N(0, 1), cut off at 0 and 1"},
       {"masking", Corruption::masking, "0 with probability strength"},
       {"salt_and_pepper", Corruption::salt_and_pepper,
        "0 or 1, each with probability strength / 2"}});
  return all;
}

struct DenoisingOptions {
  VanillaOptions base = {};
  std::string noise = "gaussian";
  double strength = 0.5;
  bool residual = false;

  void describe(Settings& settings) {
    base.describe(settings);
    settings("noise", noise, corruptions(), "how examples are corrupted");
    settings(
        "strength", strength, at_least(0),
        "its standard deviation (gaussian) or the share of pixels that it changes (the others)");
    settings("residual", residual,
             "the network predicts the noise instead of the image (with squared_error)");
  }
};

/// The denoising autoencoder: it is given a corrupted x̃ and has to reconstruct the clean x. So it
/// cannot copy its input, however wide the code, and has to learn how pixels depend on each other.
///
///     x̃ ~ C(x̃ | x),  x̂ = σ(g(f(x̃))),      minimise  −Σ x ln x̂ + (1 − x) ln(1 − x̂)  or  ‖x − x̂‖²
///
///     gaussian          x̃ = x + strength n, n ~ N(0, 1), clipped to 0..1
///     masking           x̃ = 0 with probability `strength`, else x
///     salt_and_pepper   x̃ = 0 or 1, each with probability strength / 2, else x
///
/// Either loss is minimised by the mean of the possible x, E[x | x̃]. By default there is no
/// bottleneck: the code is the feature maps of the last convolution. With squared error and
/// Gaussian noise that is not clipped, x̂ − x̃ is σ² ∇ ln p(x̃), p being the density of noisy examples,
/// so it points to where examples are dense (Vincent, Neural Computation 2011; Alain & Bengio, JMLR
/// 2014). The noise here is clipped to 0..1, and the identity holds only roughly. The loss corrupts examples in evaluation mode as well, and denoising_mse_per_pixel is the
/// error of their reconstructions against the clean ones; encode and reconstruct take x as it is.
///
/// With `residual` the network predicts the noise, which is subtracted from its input:
///
///     x̂ = x̃ − g(f(x̃)), clipped to 0..1;  the loss is ‖x − x̂‖² before clipping
///
/// so the network need not copy what is clean already, which deep convolutional networks find hard.
/// The code is then f(x̃) together with x̃. With `normalization = batch` it is DnCNN, at half the
/// resolution, as in FFDNet.
///
/// Differences from the paper: Gaussian noise in place of masking by default, convolutions, weights of
/// the decoder that are not the transpose of the encoder's.
/// Vincent et al., "Extracting and Composing Robust Features with Denoising Autoencoders", ICML
/// 2008; Vincent et al., "Stacked Denoising Autoencoders", JMLR 2010; Zhang et al., "Beyond a
/// Gaussian Denoiser: Residual Learning of Deep CNN for Image Denoising", IEEE TIP 2017; Zhang, Zuo &
/// Zhang, "FFDNet", IEEE TIP 2018.
class Denoising : public Vanilla {
 public:
  Denoising(const Shape& example_shape, const DenoisingOptions& options, Rng& rng)
      : Vanilla(example_shape, options.base, rng),
        noise_(corruptions()[options.noise]),
        strength_(static_cast<Scalar>(options.strength)),
        residual_(options.residual),
        features_(element_count(example_shape)) {
    check_options("model", options);
    if (noise_ != Corruption::gaussian) at_least(0).at_most(1).expect("model.strength", strength_);
    if (residual_ && options.base.loss != "squared_error")
      throw ConfigError("model.residual gives no probabilities, which model.loss = " +
                        options.base.loss + " needs: set model.loss = squared_error");
    if (residual_) begin_without_noise();
  }

  Var encode(Var x) override {
    return residual_ ? concatenate(encoder(x), x, 1) : Vanilla::encode(x);
  }
  Var decode(Var code) override {
    return residual_ ? clamp(without_noise(code), 0, 1) : Vanilla::decode(code);
  }
  std::size_t latent() const override { return Vanilla::latent() + (residual_ ? features_ : 0); }

  /// x̃: (B, F)
  Var corrupt(Var x, Rng& rng) const override {
    if (noise_ == Corruption::gaussian) return clamp(gaussian_noise(x, strength_, rng), 0, 1);
    if (noise_ == Corruption::masking) return masking_noise(x, strength_, rng);
    return salt_and_pepper_noise(x, strength_, rng);
  }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Var x = tape.constant(batch.x);
    if (residual_) {
      Var rebuilt = without_noise(encode(corrupt(x, rng)));
      return Loss("reconstruction", per_example(squared_error(rebuilt, x)))
          .with("denoising_mse_per_pixel", per_element(squared_error(clamp(rebuilt, 0, 1), x), x));
    }
    Var logits = decoder(encode(corrupt(x, rng)));
    return Loss("reconstruction", logits_error(logits, x))
        .with("denoising_mse_per_pixel", per_element(squared_error(sigmoid(logits), x), x));
  }

  bool is_regularized() const override { return true; }

  static ModelInfo info() {
    return model_info<Denoising, DenoisingOptions>(
        {
            .name = "denoising",
            .summary = "reconstructs the clean image from a noisy one",
            .objective = "minimise −Σ x ln x̂ + (1 − x) ln(1 − x̂) with x̂ = σ(g(f(x̃))), x̃ a noisy x",
            .paper = "Vincent et al., Extracting and Composing Robust Features with Denoising "
                     "Autoencoders, ICML 2008",
            .training = {.epochs = 10, .batch = 64, .lr = 3e-3},
        },
        {.base = {.network = {.latent = 0, .hidden = {}, .channels = {32}, .depth = 2},
                  .loss = "binary_cross_entropy"}});
  }

 private:
  /// Sets the decoder's last layer to zero, so that training begins with x̂ = x̃.
  void begin_without_noise() {
    const std::vector<Parameter*> parameters = decoder.parameters();
    for (std::size_t i = parameters.size() - 2; i < parameters.size(); ++i)
      parameters[i]->value.fill(0);
  }

  /// x̃ − g(f(x̃)), from a code that holds both f(x̃) and x̃
  Var without_noise(Var code) {
    const std::size_t numbers = Vanilla::latent();
    return slice(code, 1, numbers, numbers + features_) - decoder(slice(code, 1, 0, numbers));
  }

  Corruption noise_;
  Scalar strength_;
  bool residual_;
  std::size_t features_;
};

}}  // namespace hourglass
