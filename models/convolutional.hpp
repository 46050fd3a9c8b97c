#pragma once

#include "hourglass/models/vanilla.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The convolutional autoencoder: the vanilla one with layers that know that an example is a
/// picture. Each 3×3 convolution of stride 2 halves height and width and widens the channels, a
/// transposed convolution goes back; one dense layer each way makes the code.
///
///     (1, 28, 28) → (32, 14, 14) → (64, 7, 7) → 16 → (64, 7, 7) → (32, 14, 14) → (1, 28, 28)
///     minimise  ‖x − x̂‖²
///
/// Weights are shared by all places, so it has fewer of them and finds a stroke wherever it is. Any
/// size and number of channels will do. `upsampling = nearest` enlarges and convolves instead of
/// the transposed convolution.
/// Masci et al., "Stacked Convolutional Auto-Encoders for Hierarchical Feature Extraction", ICANN
/// 2011; Odena, Dumoulin & Olah, "Deconvolution and Checkerboard Artifacts", Distill 2016.
class Convolutional : public Vanilla {
 public:
  using Vanilla::Vanilla;

  static ModelInfo info() {
    return model_info<Convolutional, VanillaOptions>(
        {
            .name = "convolutional",
            .summary = "strided convolutions down to a code, transposed ones back",
            .objective = "minimise ‖x − x̂‖² with x̂ = σ(g(f(x)))",
            .paper = "Masci et al., Stacked Convolutional Auto-Encoders for Hierarchical Feature "
                     "Extraction, ICANN 2011",
        },
        {.network = {.latent = 16, .hidden = {}, .channels = {32, 64}}});
  }
};

}}  // namespace hourglass
