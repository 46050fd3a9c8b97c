#pragma once

#include "hourglass/models/vanilla.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The convolutional autoencoder: the vanilla one with layers that treat an example as an image.
/// Each 3×3 convolution of stride 2 halves height and width and increases the number of channels, a
/// transposed convolution reverses it; one dense layer each way leads to the code and back.
///
///     (1, 28, 28) → (32, 14, 14) → (64, 7, 7) → 16 → (64, 7, 7) → (32, 14, 14) → (1, 28, 28)
///     minimise  ‖x − x̂‖²
///
/// Weights are shared across positions, so there are fewer of them and a stroke is found wherever
/// it is. Images may have any size and number of channels. `upsampling = nearest` replaces each
/// transposed convolution by upsampling followed by a convolution.
/// Differences from the paper: strides in place of max-pooling, a decoder with weights of its own in
/// place of flipped ones of the encoder, all layers trained at once in place of one after the other.
/// Masci et al., "Stacked Convolutional Auto-Encoders for Hierarchical Feature Extraction", ICANN
/// 2011; Odena, Dumoulin & Olah, "Deconvolution and Checkerboard Artifacts", Distill 2016.
class Convolutional : public Vanilla {
 public:
  using Vanilla::Vanilla;

  static ModelInfo info() {
    return model_info<Convolutional, VanillaOptions>(
        {
            .name = "convolutional",
            .summary = "strided convolutions down to the code, transposed convolutions back",
            .objective = "minimise ‖x − x̂‖² with x̂ = σ(g(f(x)))",
            .paper = "Masci et al., Stacked Convolutional Auto-Encoders for Hierarchical Feature "
                     "Extraction, ICANN 2011",
        },
        {.network = {.latent = 16, .hidden = {}, .channels = {32, 64}}});
  }
};

}}  // namespace hourglass
