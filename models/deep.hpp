#pragma once

#include "hourglass/models/vanilla.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The deep autoencoder with which the field began: the vanilla one with the layers
/// 784-1000-500-250-30 and back.
///
///     code = f(x),  x̂ = σ(g(code)),      minimise  ‖x − x̂‖²
///
/// Its authors could not train it from random weights and pre-trained every pair of layers as a
/// restricted Boltzmann machine (for that idea see stacked.hpp). Batch normalisation between the
/// layers, activations that keep gradients alive and Adam do without.
/// Hinton & Salakhutdinov, "Reducing the Dimensionality of Data with Neural Networks", Science
/// 2006: 3.00 a test image, where PCA with 30 components has 13.87.
class Deep : public Vanilla {
 public:
  using Vanilla::Vanilla;

  static ModelInfo info() {
    return model_info<Deep, VanillaOptions>(
        {
            .name = "deep",
            .summary = "784-1000-500-250-30 and back, the autoencoder that began deep learning",
            .objective = "minimise ‖x − x̂‖² with x̂ = σ(g(f(x)))",
            .paper = "Hinton & Salakhutdinov, Reducing the Dimensionality of Data with Neural "
                     "Networks, Science 2006",
        },
        {.network = {.latent = 30,
                     .hidden = {1000, 500, 250},
                     .activation = "silu",
                     .normalization = "batch"}});
  }
};

}}  // namespace hourglass
