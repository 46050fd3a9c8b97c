#pragma once

#include "hourglass/models/core/autoencoder.hpp"
#include "hourglass/models/core/model_info.hpp"
#include "hourglass/nn/layers/linear.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct LinearAutoencoderOptions {
  std::size_t latent = 32;
  bool tied = false;

  void describe(Settings& settings) {
    settings("latent", latent, "latent dimensions");
    settings("tied", tied, "decode with the transpose of the encoder's weights");
  }
};

/// The linear autoencoder: principal component analysis by gradient descent.
///
///     code = W x + b,   x̂ = V code + c,      minimise  ‖x − x̂‖²        W: (L, F)   V: (F, L)
///
/// Without a nonlinearity, the best it can do is the best linear projection to L dimensions: at the
/// minimum V W projects onto the span of the first L principal components, and the error is PCA's.
/// V's columns span that space but need not be the components themselves, since the decoder can
/// undo any invertible map of the code. All other stationary points are saddles, so descent gets
/// there. With tied weights, V = Wᵀ, the rows of W become orthonormal by themselves.
/// As in PCA, x̂ is not squashed into 0..1.
/// Baldi & Hornik, "Neural Networks and Principal Component Analysis: Learning from Examples
/// Without Local Minima", Neural Networks 1989; Bourlard & Kamp, Biological Cybernetics 1988.
class LinearAutoencoder : public Autoencoder {
 public:
  LinearAutoencoder(const Shape& example_shape, LinearAutoencoderOptions options, Rng& rng)
      : encoder(element_count(example_shape), options.latent, rng),
        decoder(options.latent, element_count(example_shape), rng),
        tied_(options.tied) {
    register_module("encoder", encoder);
    if (tied_)
      register_parameter("decoder.bias", decoder.bias);
    else
      register_module("decoder", decoder);
  }

  Var encode(Var x) override { return encoder(x); }

  Var decode(Var code) override {
    if (!tied_) return decoder(code);
    Tape& tape = code.tape();
    return matmul(code, tape.parameter(encoder.weight)) + tape.parameter(decoder.bias);
  }

  Loss loss(Tape& tape, const Batch& batch, Rng&) override {
    Var x = tape.constant(batch.x);
    return Loss("reconstruction", per_example(squared_error(decode(encode(x)), x)));
  }

  std::string loss_unit() const override { return "squared error per image"; }
  std::size_t latent() const override { return encoder.weight.value.shape()[0]; }

  static ModelInfo info() {
    return model_info<LinearAutoencoder, LinearAutoencoderOptions>({
        .name = "linear",
        .summary = "one linear layer each way: PCA by gradient descent",
        .objective = "minimise ‖x − x̂‖² with x̂ = V (W x + b) + c",
        .paper = "Baldi & Hornik, Neural Networks and Principal Component Analysis, Neural "
                 "Networks 1989",
    });
  }

  Linear encoder, decoder;

 private:
  bool tied_;
};

}}  // namespace hourglass
