#pragma once

#include <algorithm>
#include <cmath>
#include <string>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/operations/straight_through.hpp"
#include "hourglass/models/core/model_info.hpp"
#include "hourglass/models/core/networks.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct VqVaeOptions {
  NetworkOptions network = {.latent = 64, .hidden = {512, 256}, .normalization = "batch"};
  std::size_t positions = 32;
  std::size_t codebook = 256;
  double commitment = 0.25;
  double decay = 0.9;
  double revival = 0.05;

  void describe(Settings& settings) {
    network.describe(settings);
    settings("positions", positions,
             "code vectors per example; latent is divided evenly among them");
    settings("codebook", codebook, at_least(2), "code vectors to choose from");
    settings("commitment", commitment, at_least(0),
             "β: weight of the distance to the chosen code vectors");
    settings("decay", decay, at_least(0).below(1),
             "of the moving averages that update the code vectors");
    settings("revival", revival, at_least(0).at_most(1),
             "a code vector used less than this share of uniform use is reset to an encoding");
  }

  void check() const {
    if (positions == 0 || network.latent == 0 || network.latent % positions != 0)
      throw ConfigError("model.positions = " + std::to_string(positions) +
                        " does not divide the code's model.latent = " +
                        std::to_string(network.latent) + " numbers");
    check_options("model", *this);
  }
};

/// The vector-quantised autoencoder: the code is discrete. The encoder gives P vectors z of D
/// dimensions; each is replaced by the nearest of K code vectors e, so that an image becomes P
/// integers in 0..K−1, P log₂ K bits.
///
///     k(z) = argmin_k ‖z − e_k‖²,    x̂ = σ(g(e_k(z))),    sg: stop gradient
///     minimise  ‖x − x̂‖²  +  β Σ_positions ‖z − sg[e_k(z)]‖²        (squared error per image)
///
/// The choice has no gradient: that of x̂ with respect to e_k(z) is passed on to z unchanged
/// (straight through), and the second term keeps z close enough for that to be right. The code
/// vectors are not parameters. Each is the moving average (EMA) of the z that chose it, the ratio
/// of averages of their sum m and number N, which `loss` updates in training, as batch norm updates
/// its statistics:
///     N_k ← γ N_k + (1 − γ) n_k,    m_k ← γ m_k + (1 − γ) Σ z,    e_k = m_k / N_k
/// One that hardly any z chooses is dead and would remain so: it is reset to a z of the batch,
/// drawn at random. At the first step all are dead, so they start among the data.
/// (the quotient is smoothed: vq_vae.cpp.) Differences from the papers: each position sees the whole
/// image, where theirs are the pixels of a convolution's output; D = 2 in place of 64; γ = 0.9 in
/// place of 0.99; the second term is a sum over positions, where theirs is a mean, so that β = 0.25
/// is 8 in their unit; dead code vectors are reset (Łańcucki et al., "Robust Training of Vector
/// Quantized Bottleneck Models", IJCNN 2020).
/// van den Oord, Vinyals & Kavukcuoglu, "Neural Discrete Representation Learning", NeurIPS 2017;
/// Razavi, van den Oord & Vinyals, "Generating Diverse High-Fidelity Images with VQ-VAE-2", 2019.
class VqVae : public Autoencoder {
 public:
  VqVae(const Shape& example_shape, VqVaeOptions options, Rng& rng)
      : options_(checked(std::move(options))),
        vectors_(filled({options_.codebook, dimension()})),
        sums_(vectors_),
        sizes_(filled({options_.codebook})),
        frequencies_(
            filled({options_.positions, options_.codebook}, 1 / Scalar(options_.codebook))) {
    add_encoder(encoder, options_.network, example_shape, latent(), rng);
    add_decoder(decoder, options_.network, example_shape, latent(), rng);
    rng.fill_normal(vectors_, 0, 1);
    register_module("encoder", encoder);
    register_module("decoder", decoder);
    register_buffer("codebook.vectors", vectors_);
    register_buffer("codebook.sums", sums_);
    register_buffer("codebook.sizes", sizes_);
    register_buffer("codebook.frequencies", frequencies_);
  }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Var x = tape.constant(batch.x);
    Var z = encoder_vectors(x);
    if (training()) reset_dead_codes(z.value(), rng);
    const Choice choice = nearest(z);
    Var code = reshape(straight_through(z, choice.vectors), {batch.size(), latent()});
    Var distances = reshape(squared_error(z, choice.vectors), {batch.size(), options_.positions});
    Var counts = count(choice.indices);
    if (training()) update_averages(z.value(), choice.indices.value(), counts.value());
    return Loss("reconstruction", per_example(squared_error(decode(code), x)))
        .plus("commitment", mean(sum(distances, {1})), static_cast<Scalar>(options_.commitment))
        .with("perplexity", perplexity(counts));
  }

  /// The chosen code vectors, concatenated: (B, P D).
  Var encode(Var x) override {
    Var z = encoder_vectors(x);
    return reshape(straight_through(z, nearest(z).vectors), {x.shape()[0], latent()});
  }
  Var decode(Var code) override { return sigmoid(decoder(code)); }

  std::size_t latent() const override { return options_.network.latent; }
  std::string loss_unit() const override { return "squared error per image"; }
  bool is_regularized() const override { return true; }
  bool couples_examples() const override { return true; }  // through the moving averages
  bool can_sample() const override { return true; }
  std::size_t codebook_size() const override { return options_.codebook; }
  std::size_t code_positions() const override { return options_.positions; }
  Var code_indices(Var x) override {
    return reshape(nearest(encoder_vectors(x)).indices, {x.shape()[0], options_.positions});
  }
  Var decode_indices(Var indices) override {
    const std::size_t batch = indices.shape()[0];
    Var vectors = index_select(indices.tape().constant(vectors_),
                               reshape(indices, {batch * options_.positions}));
    return decode(reshape(vectors, {batch, latent()}));
  }

  /// Counts how often each position uses each code vector.
  void after_training(const Dataset& train, Rng) override;
  /// Draws each position independently from these frequencies. (The paper trains a second,
  /// autoregressive model of the indices, which makes images more coherent.)
  Tensor sample_codes(std::size_t count, Rng& rng) override;

  static ModelInfo info() {
    return model_info<VqVae, VqVaeOptions>({
        .name = "vq-vae",
        .summary = "a discrete code: the nearest vectors of a learned codebook",
        .objective = "minimise ‖x − x̂‖² + β ‖z − sg[e]‖², e the code vectors nearest to z",
        .paper = "van den Oord, Vinyals & Kavukcuoglu, Neural Discrete Representation Learning, "
                 "NeurIPS 2017",
        .training = {.lr = 3e-3},
    });
  }

  Sequential encoder, decoder;

 private:
  struct Choice {
    Var indices, vectors;  ///< (B P), (B P, D)
  };

  static VqVaeOptions checked(VqVaeOptions options) {
    options.check();
    return options;
  }
  std::size_t dimension() const { return latent() / options_.positions; }
  Var encoder_vectors(Var x) {
    return reshape(encoder(x), {x.shape()[0] * options_.positions, dimension()});
  }
  Choice nearest(Var z);
  Var count(Var indices);
  Var perplexity(Var counts);
  void reset_dead_codes(const Tensor& z, Rng& rng);
  void update_averages(const Tensor& z, const Tensor& indices, const Tensor& counts);

  VqVaeOptions options_;
  Tensor vectors_, sums_, sizes_;  ///< e: (K, D), m: (K, D), N: (K)
  Tensor frequencies_;             ///< (P, K)
};

}}  // namespace hourglass
