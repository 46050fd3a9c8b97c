#pragma once

#include <string>
#include <vector>

#include "hourglass/models/core/code_density.hpp"
#include "hourglass/models/vanilla.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct RaeOptions {
  VanillaOptions base = {.network = {.latent = 16}};
  double code_weight = 0.01;
  double decoder_weight = 1e-4;
  std::size_t components = 10;

  void describe(Settings& settings) {
    base.describe(settings);
    settings("code_weight", code_weight, at_least(0), "β: weight of half the codes' squares");
    settings("decoder_weight", decoder_weight, at_least(0),
             "λ: weight of the decoder's squared weights");
    settings("components", components, at_least(1), "of the mixture that codes are drawn from");
  }
};

/// The regularised autoencoder, RAE-L2: a deterministic alternative to the VAE. A VAE's noise on
/// the code does two things: it keeps codes together and the decoder smooth. Both can be achieved
/// directly:
///
///     code z = f(x),  x̂ = σ(g(z))
///     minimise  ‖x − x̂‖²  +  β ½ ‖z‖²  +  λ ‖weights of g‖²        (squared error per image)
///
/// ½ ‖z‖² is what remains of a VAE's KL divergence if its noise is constant; small weights make a
/// decoder that changes little when its code does. Training imposes no prior on the codes, so to
/// draw new ones a density is fitted to those of the training examples after training:
///
///     z ~ Σ_k w_k N(m_k, C_k),   a mixture of ten normal distributions with full covariances
///
/// β, λ and the ten are those of the authors' code for MNIST, which has means where there are sums
/// here. Differences from it: dense layers, and no batch normalisation, which undoes the penalty on
/// the weights before it: they may shrink at no cost to what follows.
/// If β is too high, codes shrink until g's weights have to grow against λ; 0.0001 to 0.1 works
/// well.
/// Ghosh, Sajjadi, Vergari, Black & Schölkopf, "From Variational to Deterministic Autoencoders",
/// ICLR 2020.
class Rae : public Vanilla {
 public:
  Rae(const Shape& example_shape, const RaeOptions& options, Rng& rng)
      : Vanilla(example_shape, options.base, rng),
        code_weight_(static_cast<Scalar>(options.code_weight)),
        decoder_weight_(static_cast<Scalar>(options.decoder_weight)),
        density_(latent(), options.components) {
    check_options("model", options);
    for (Parameter* parameter : decoder.parameters())
      if (parameter->value.dimension() > 1) decoder_weights_.push_back(parameter);  // no biases
    register_module("density", density_);
  }

  Loss loss(Tape& tape, const Batch& batch, Rng&) override {
    Var x = tape.constant(batch.x), z = encode(x);
    Var weights = sum(square(tape.parameter(*decoder_weights_.front())));
    for (std::size_t i = 1; i < decoder_weights_.size(); ++i)
      weights = weights + sum(square(tape.parameter(*decoder_weights_[i])));
    return Loss("reconstruction", reconstruction_error(z, x))
        .plus("half_code_squares", 0.5 * mean(sum(square(z), {1})), code_weight_)
        .plus("decoder_squares", weights, decoder_weight_);
  }

  void after_training(const Dataset& train, Rng rng) override { density_.fit(*this, train, rng); }
  bool is_regularized() const override { return true; }
  bool can_sample() const override { return true; }
  Tensor sample_codes(std::size_t count, Rng& rng) override { return density_.draw(count, rng); }

  static ModelInfo info() {
    return model_info<Rae, RaeOptions>({
        .name = "rae",
        .summary = "small codes, a smooth decoder and a density fitted to the codes afterwards",
        .objective = "minimise ‖x − x̂‖² + β/2 ‖z‖² + λ ‖decoder weights‖²",
        .paper = "Ghosh et al., From Variational to Deterministic Autoencoders, ICLR 2020",
        .older = {"components=1"},
    });
  }

 private:
  Scalar code_weight_, decoder_weight_;
  CodeDensity density_;
  std::vector<Parameter*> decoder_weights_;
};

}}  // namespace hourglass
