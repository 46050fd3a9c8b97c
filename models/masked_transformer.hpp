#pragma once

#include <string>

#include "hourglass/models/core/autoencoder.hpp"
#include "hourglass/models/core/model_info.hpp"
#include "hourglass/nn/layers/attention.hpp"
#include "hourglass/nn/layers/sequential.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct MaskedTransformerOptions {
  std::size_t patch = 4;
  double ratio = 0.75;
  std::size_t width = 64, depth = 3, heads = 4;
  std::size_t decoder_width = 32, decoder_depth = 1;
  double visible_weight = 0.5;

  void describe(Settings& settings) {
    settings("patch", patch, at_least(1), "height and width of the patches, in pixels");
    settings("ratio", ratio, above(0).below(1), "share of the patches that is masked");
    settings("width", width, at_least(4), "numbers of a token of the encoder, a multiple of 4");
    settings("depth", depth, at_least(1), "blocks of the encoder");
    settings("heads", heads, at_least(1), "heads of each attention, of encoder and decoder");
    settings("decoder_width", decoder_width, at_least(4), "numbers of a token of the decoder …");
    settings("decoder_depth", decoder_depth, at_least(1), "… and its blocks");
    settings("visible_weight", visible_weight, at_least(0),
             "w: weight of the error of visible patches; 0 in the paper");
  }
};

/// The masked autoencoder as in its paper, a transformer: the encoder gets a quarter of an image's
/// patches and nothing of the others, not even that they are missing. Each visible patch becomes a
/// token, which says where the patch stands and attends to the other tokens. The small decoder gets
/// these tokens and, in the place of each masked patch, one and the same learnt vector.
///
///     t_p = E x_p + position_p,   code = encoder(t of the visible patches)      (T, width)
///     x̂ = σ(decoder(code, mask token elsewhere, + positions))                   (P, pixels of a patch)
///     minimise  Σ_masked ‖x_p − x̂_p‖²  +  w Σ_visible ‖x_p − x̂_p‖²              (per image)
///
/// `encode` shows it the whole image, and the code is all P tokens, P · width numbers: more than
/// pixels. What keeps it from copying is that in training it has to guess. An encoder of T = P / 4
/// tokens costs less than a quarter of one that sees zeros in the place of the masked ones (`masked`).
///
/// Differences from the paper: visible patches count a little (w), so that what is decoded from
/// a whole code is the image; sums of squares of pixels through a sigmoid, where the paper has means
/// of normalised pixels; no class token; initial weights are those of Linear; 150,000 parameters and
/// Adam, where the paper has 86 million and more, AdamW and 800 epochs.
/// He, Chen, Xie, Li, Dollár & Girshick, "Masked Autoencoders Are Scalable Vision Learners", CVPR
/// 2022.
class MaskedTransformer : public Autoencoder {
 public:
  /// If the patch size does not divide the image's, the last patches are filled up with zeros.
  /// Throws ConfigError for what is no image, and where heads do not divide a width.
  MaskedTransformer(const Shape& example_shape, const MaskedTransformerOptions& options, Rng& rng);

  Var encode(Var x) override;
  Var decode(Var code) override;
  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override;

  /// Pixels of masked patches become −1, which no pixel is, so that `repair` knows them.
  Var corrupt(Var x, Rng& rng) const override;
  Var repair(Var corrupted) override;

  std::string loss_unit() const override { return "squared error per image"; }
  std::size_t latent() const override { return patches_ * options_.width; }
  bool is_regularized() const override { return true; }

  /// 1 for each patch that is visible, equally many in each example: (B, P)
  Var draw_visible(Tape& tape, std::size_t examples, Rng& rng) const;
  /// The tokens of the patches that are: (B, T, width)
  Var encode_visible(Var x, Var visible);
  /// … and the image that is rebuilt from them: (B, F)
  Var decode_visible(Var tokens, Var visible);

  static ModelInfo info() {
    return model_info<MaskedTransformer, MaskedTransformerOptions>({
        .name = "masked-transformer",
        .summary = "a transformer that guesses masked patches from the visible ones",
        .objective = "minimise Σ_masked ‖x_p − x̂_p‖² + w Σ_visible ‖x_p − x̂_p‖², over patches p",
        .paper = "He et al., Masked Autoencoders Are Scalable Vision Learners, CVPR 2022",
    });
  }

 private:
  Var patches_of(Var x) const;      ///< (B, F) → (B, P, pixels)
  Var image_of(Var patches) const;  ///< (B, P, pixels) → (B, F)
  Var all_visible(Tape& tape, std::size_t examples) const;

  MaskedTransformerOptions options_;
  Shape image_;
  std::size_t rows_, columns_, patches_, shown_, pixels_;
  Linear embed_, shrink_, predict_;
  Sequential encoder_, decoder_;
  Parameter mask_token_;  ///< (1, decoder_width)
  Tensor positions_, decoder_positions_;
};

}}  // namespace hourglass
