#pragma once

#include <cmath>
#include <string>

#include "hourglass/models/vanilla.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct MaskedOptions {
  VanillaOptions base = {.network = {.latent = 64, .hidden = {512}}};
  std::size_t patch = 4;
  double ratio = 0.75;
  double whole_weight = 0.5;

  void describe(Settings& settings) {
    base.describe(settings);
    settings("patch", patch, at_least(1), "height and width of the patches, in pixels");
    settings("ratio", ratio, above(0).below(1), "share of the patches that is masked");
    settings("whole_weight", whole_weight, at_least(0),
             "w: weight of the error of images that are shown whole; 0 in the paper");
  }
};

/// The masked autoencoder: three quarters of an image are masked, patch by patch, and have to be
/// predicted from the rest. Too much is missing to copy from neighbours, so the model has to learn
/// what images have in common: features without labels, as masked words give for text.
///
///     m: 1 on the pixels of masked patches, chosen anew each time, else 0
///     x̂ = σ(g(f(P / (P − M) (1 − m) x))),    x̄ = σ(g(f(x)))       M = round(ratio P) of P patches
///     minimise  Σ m (x − x̂)²  +  w ‖x − x̄‖²                        (squared error per image)
///
/// The visible pixels are scaled up so that on average the input's sum is that of the whole image.
/// The paper's encoder is a transformer that attends to the visible patches alone, however many;
/// here the layers are dense (or convolutional, with `channels`), see zeros in place of masked
/// patches, and encode a whole image badly unless trained on some. That is what the second term is
/// for, since `encode` gets the whole image. (w = 0 in the paper, which also normalises the pixels of
/// each patch to be guessed, and takes the mean of their errors.)
/// He, Chen, Xie, Li, Dollár & Girshick, "Masked Autoencoders Are Scalable Vision Learners", CVPR
/// 2022.
class Masked : public Vanilla {
 public:
  Masked(const Shape& example_shape, const MaskedOptions& options, Rng& rng)
      : Vanilla(example_shape, options.base, rng), options_(options), image_(example_shape) {
    const std::size_t patch = options.patch;
    if (image_.size() != 3)
      throw ConfigError("patches are hidden of images (C, H, W), but an example is " +
                        to_text(image_));
    check_options("model", options);
    rows_ = (image_[1] + patch - 1) / patch;
    columns_ = (image_[2] + patch - 1) / patch;
    patches_ = rows_ * columns_;
    masked_ = static_cast<std::size_t>(std::lround(options.ratio * static_cast<double>(patches_)));
    if (masked_ == 0 || masked_ >= patches_)
      throw ConfigError("model.ratio must leave a patch to see and a patch to guess of " +
                        std::to_string(patches_));
    if (options.base.loss != "squared_error")
      throw ConfigError("model.loss of a masked autoencoder is squared_error");
  }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Var x = tape.constant(batch.x), mask = draw_mask(tape, batch.size(), rng);
    Var guessed = repair((1 - mask) * x);
    Var errors = sum(mask * square(x - guessed), {1});
    return Loss("masked_error", mean(errors))
        .plus("whole_error", reconstruction_error(encode(x), x), Scalar(options_.whole_weight))
        .with("masked_mse_per_pixel", mean(errors / sum(mask, {1})));
  }

  /// m: (B, F), with equally many masked patches in each example, across all channels. If the patch
  /// size does not divide the image's, the last patches are smaller.
  Var draw_mask(Tape& tape, std::size_t examples, Rng& rng) const {
    Var lots = new_constant("lots", tape, {examples, patches_});
    rng.fill_uniform(lots.output(), 0, 1);
    Var patches = reshape(top_k_mask(lots, masked_), {examples, 1, rows_, columns_});
    Var pixels = upsample_nearest(patches, static_cast<std::uint32_t>(options_.patch));
    pixels = slice(slice(pixels, 2, 0, image_[1]), 3, 0, image_[2]);
    return flatten(repeat(pixels, 1, image_[0]));
  }

  Var corrupt(Var x, Rng& rng) const override {
    return (1 - draw_mask(x.tape(), x.shape()[0], rng)) * x;
  }
  Var repair(Var visible) override { return forward(visible * amplification()); }

  bool is_regularized() const override { return true; }

  static ModelInfo info() {
    return model_info<Masked, MaskedOptions>({
        .name = "masked",
        .summary = "predicts the masked patches of an image, three quarters of it, from the rest",
        .objective = "minimise Σ m (x − x̂)² + w ‖x − x̄‖², m: 1 where x was hidden from x̂",
        .paper = "He et al., Masked Autoencoders Are Scalable Vision Learners, CVPR 2022",
    });
  }

 private:
  Scalar amplification() const {
    return static_cast<Scalar>(patches_) / static_cast<Scalar>(patches_ - masked_);
  }

  MaskedOptions options_;
  Shape image_;
  std::size_t rows_ = 0, columns_ = 0, patches_ = 0, masked_ = 0;
};

}}  // namespace hourglass
