#pragma once

#include "hourglass/models/vanilla.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The deep autoencoder that started the field: the vanilla one with the layers 784-1000-500-250-30
/// and back.
///
///     code = f(x),  x̂ = σ(g(code)),      minimise  ‖x − x̂‖²
///
/// Its authors could not train it from random weights and pre-trained every pair of layers as a
/// restricted Boltzmann machine (stacked.hpp has that idea). Batch normalisation between the
/// layers, activations whose gradients do not vanish and Adam make that unnecessary.
/// Differences from the paper: those three; and it minimises the cross-entropy (`loss =
/// binary_cross_entropy`), and reports the squared error that is minimised here.
/// Hinton & Salakhutdinov, "Reducing the Dimensionality of Data with Neural Networks", Science
/// 2006: a squared error of 3.00 per test image, against 13.87 for PCA with 30 components.
class Deep : public Vanilla {
 public:
  using Vanilla::Vanilla;

  static ModelInfo info() {
    return model_info<Deep, VanillaOptions>(
        {
            .name = "deep",
            .summary = "784-1000-500-250-30 and back, the deep autoencoder of 2006",
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
