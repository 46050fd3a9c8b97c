#pragma once

#include <string>

#include "models/vanilla.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

struct DenoisingOptions {
  VanillaOptions base = {};
  std::string noise = "gaussian";
  double strength = 0.5;

  void describe(Settings& settings) {
    base.describe(settings);
    settings("noise", noise, "gaussian, masking or salt_and_pepper");
    settings("strength", strength,
             "its deviation (gaussian) or the share of the pixels that it strikes (the others)");
  }
};

/// The denoising autoencoder: it is given a damaged x̃ and has to rebuild the whole x. So it cannot
/// copy its input, however wide the code, and has to learn how pixels depend on each other.
///
///     x̃ ~ C(x̃ | x),  x̂ = σ(g(f(x̃))),      minimise  −Σ x ln x̂ + (1 − x) ln(1 − x̂)  or  ‖x − x̂‖²
///
///     gaussian          x̃ = x + strength n, n ~ N(0, 1), cut off at 0 and 1
///     masking           x̃ = 0 with probability `strength`, else x
///     salt_and_pepper   x̃ = 0 or 1, each with probability strength / 2, else x
///
/// Either loss is least where x̂ is the mean of what x may have been. By default nothing narrows:
/// the code is the maps of the last convolution. The arrow from x̃ to x̂ points to where examples
/// are dense: for weak Gaussian noise, x̂ − x̃ is σ² ∇ ln p (Alain & Bengio, JMLR 2014). The loss
/// measures noisy examples out of training as well, and denoising_mse_per_pixel is their error
/// against the clean ones; encode and reconstruct take x as it is given.
///
/// Vincent et al., "Extracting and Composing Robust Features with Denoising Autoencoders", ICML
/// 2008; Vincent et al., "Stacked Denoising Autoencoders", JMLR 2010.
class Denoising : public Vanilla {
 public:
  Denoising(const Shape& example_shape, DenoisingOptions options, Rng& rng)
      : Vanilla(example_shape, options.base, rng),
        noise_(options.noise),
        strength_(static_cast<Scalar>(options.strength)) {
    const bool gaussian = noise_ == "gaussian";
    if (!gaussian && noise_ != "masking" && noise_ != "salt_and_pepper")
      throw ConfigError("'" + noise_ +
                        "' is no noise of this model; there are gaussian, masking and "
                        "salt_and_pepper");
    if (!(options.strength >= 0 && (gaussian || options.strength <= 1)))
      throw ConfigError("strength is " + std::to_string(options.strength) + ", but " +
                        (gaussian ? "a deviation of at least 0" : "a share in 0..1") +
                        " is wanted");
  }

  /// x̃: (B, F)
  Var corrupt(Var x, Rng& rng) const override {
    if (noise_ == "gaussian") return clamp(gaussian_noise(x, strength_, rng), 0, 1);
    if (noise_ == "masking") return masking_noise(x, strength_, rng);
    return salt_and_pepper_noise(x, strength_, rng);
  }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Var x = tape.constant(batch.x);
    Var logits = decoder(encode(corrupt(x, rng)));
    return Loss("reconstruction", logits_error(logits, x))
        .with("denoising_mse_per_pixel", squared_error<PerElement>(sigmoid(logits), x));
  }

  static ModelInfo info() {
    return model_info<Denoising, DenoisingOptions>(
        {
            .name = "denoising",
            .summary = "rebuilds the whole image from one damaged by noise",
            .objective = "minimise −Σ x ln x̂ + (1 − x) ln(1 − x̂) with x̂ = σ(g(f(x̃))), x̃ a noisy x",
            .paper = "Vincent et al., Extracting and Composing Robust Features with Denoising "
                     "Autoencoders, ICML 2008",
            .training = {.epochs = 10, .batch = 64, .lr = 3e-3},
        },
        {.base = {.network = {.latent = 0, .hidden = {}, .channels = {32}, .depth = 2},
                  .loss = "binary_cross_entropy"}});
  }

 private:
  std::string noise_;
  Scalar strength_;
};

}  // namespace hourglass::inline HOURGLASS_PRECISION
