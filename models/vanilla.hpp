#pragma once

#include <string>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/core/model_info.hpp"
#include "hourglass/models/core/networks.hpp"
#include "hourglass/nn/layers/linear.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

enum class ReconstructionLoss { squared_error, binary_cross_entropy };

/// The reconstruction losses, summed over an image.
inline const Choices<ReconstructionLoss>& reconstruction_losses() {
  static const Choices<ReconstructionLoss> all(
      "loss", {{"squared_error", ReconstructionLoss::squared_error, "‖x − x̂‖²"},
               {"binary_cross_entropy", ReconstructionLoss::binary_cross_entropy,
                "−Σ x ln x̂ + (1 − x) ln(1 − x̂)"}});
  return all;
}

struct VanillaOptions {
  NetworkOptions network = {};
  std::string loss = "squared_error";

  void describe(Settings& settings) {
    network.describe(settings);
    settings("loss", loss, reconstruction_losses(), "summed over an image");
  }
};

/// The plain autoencoder: it compresses x through a bottleneck, the code, and reconstructs it.
///
///     code = f(x),  x̂ = σ(g(code)),      minimise  ‖x − x̂‖²  or  −Σ x ln x̂ + (1 − x) ln(1 − x̂)
///
/// f and g are dense (or convolutional), g mirrors f, σ keeps pixels in 0..1. With one linear layer
/// each way the best code is that of PCA; nonlinear hidden layers let it do better.
/// Rumelhart, Hinton & Williams, "Learning representations by back-propagating errors", Nature
/// 1986; Hinton & Salakhutdinov, "Reducing the Dimensionality of Data with Neural Networks",
/// Science 2006.
///
/// It is also the base class of the models that add one idea to it: they override `loss`.
class Vanilla : public Autoencoder {
 public:
  /// Throws ConfigError for options that make no network.
  Vanilla(const Shape& example_shape, const VanillaOptions& options, Rng& rng)
      : Vanilla(example_shape, options, Weights::separate, rng) {}

  Var encode(Var x) override { return encoder(x); }
  Var decode(Var code) override { return sigmoid(decoder(code)); }

  Loss loss(Tape& tape, const Batch& batch, Rng&) override {
    Var x = tape.constant(batch.x);
    return Loss("reconstruction", reconstruction_error(encode(x), x));
  }

  std::string loss_unit() const override {
    return loss_ == ReconstructionLoss::squared_error ? "squared error per image"
                                                      : "nats per image";
  }
  std::size_t latent() const override { return latent_; }

  static ModelInfo info() {
    return model_info<Vanilla, VanillaOptions>({
        .name = "vanilla",
        .summary = "dense layers down to a bottleneck and back",
        .objective = "minimise ‖x − x̂‖² with x̂ = σ(g(f(x)))",
        .paper = "Hinton & Salakhutdinov, Reducing the Dimensionality of Data with Neural "
                 "Networks, Science 2006",
    });
  }

  Sequential encoder, decoder;

 protected:
  /// The decoder's weights: its own, or those of the encoder, transposed.
  enum class Weights { separate, tied };

  /// Throws ConfigError for tied weights of anything but one dense layer.
  Vanilla(const Shape& example_shape, const VanillaOptions& options, Weights weights, Rng& rng)
      : loss_(reconstruction_losses()[options.loss]) {
    const NetworkOptions& network = options.network;
    add_encoder(encoder, network, example_shape, network.latent, rng);
    if (weights == Weights::separate)
      add_decoder(decoder, network, example_shape, network.latent, rng);
    else if (network.hidden.empty() && network.channels.empty())
      decoder.add<TransposedLinear>(*encoder.parameters().front(), rng);
    else
      throw ConfigError(
          "tied weights are those of one dense layer: set model.hidden and model.channels to [], "
          "or model.tied to false");
    latent_ = encoder_outputs(network, example_shape, network.latent);
    tied_ = weights == Weights::tied;
    columns_ = tied_ ? encoder.parameters().front() : decoder.parameters().front();
    register_module("encoder", encoder);
    register_module("decoder", decoder);
  }

  /// The reconstruction error of g(code), in the unit of the loss: the mean over the batch.
  Var reconstruction_error(Var code, Var x) { return logits_error(decoder(code), x); }
  /// The same for x̂ = σ(logits).
  Var logits_error(Var logits, Var x) {
    return loss_ == ReconstructionLoss::squared_error
               ? per_example(squared_error(sigmoid(logits), x))
               : per_example(binary_cross_entropy(logits, x));
  }
  /// The length of each column of the weights by which the decoder multiplies the code: (L). Throws
  /// ConfigError if the code is the maps of a convolution.
  Var column_norms(Tape& tape) const {
    if (columns_->value.dimension() != 2)
      throw ConfigError("model.latent is 0, but must be at least 1: units need a dense decoder");
    return norm(tape.parameter(*columns_), {tied_ ? 1 : 0});
  }

 private:
  ReconstructionLoss loss_;
  std::size_t latent_ = 0;
  Parameter* columns_ = nullptr;  ///< the weights by which the decoder multiplies the code …
  bool tied_ = false;             ///< … or their transpose
};

}}  // namespace hourglass
