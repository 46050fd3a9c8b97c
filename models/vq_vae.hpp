#pragma once

#include "hourglass/autograd/operations/straight_through.hpp"
#include "hourglass/models/core/codebook.hpp"
#include "hourglass/models/core/discrete.hpp"
#include "hourglass/models/core/model_info.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct VqVaeOptions {
  NetworkOptions network = {.latent = 64, .hidden = {512, 256}, .normalization = "batch"};
  std::size_t positions = 32;
  std::size_t codebook = 256;
  double commitment = 0.25;
  double decay = 0.9;
  double revival = 0.05;
  std::string prior = "independent";

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
    settings("prior", prior, index_priors(), "of the indices of new images");
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
/// vectors are not parameters: each follows the mean of the z that chose it, as a moving average,
/// which `loss` updates in training, as batch norm updates its statistics; one that hardly any z
/// chooses is reset to a z of the batch (models/core/codebook.hpp).
/// Differences from the papers: each position sees the whole image, where theirs are the pixels of
/// a convolution's output; D = 2 in place of 64; γ = 0.9 in place of 0.99; the second term is a sum
/// over positions, where theirs is a mean, so that β = 0.25 is 8 in their unit; dead code vectors
/// are reset.
/// van den Oord, Vinyals & Kavukcuoglu, "Neural Discrete Representation Learning", NeurIPS 2017;
/// Razavi, van den Oord & Vinyals, "Generating Diverse High-Fidelity Images with VQ-VAE-2", 2019.
class VqVae : public DiscreteAutoencoder {
 public:
  VqVae(const Shape& example_shape, const VqVaeOptions& options, Rng& rng)
      : DiscreteAutoencoder(example_shape, options.network, options.positions, rng),
        codebook_({options.codebook, dimension(), options.decay, options.revival}, rng),
        commitment_(static_cast<Scalar>(options.commitment)) {
    check_options("model", options);
    for (const Buffer& buffer : codebook_.buffers("codebook."))
      register_buffer(buffer.name, *buffer.value);
    register_prior(positions(), codebook_.size(), index_priors()[options.prior], rng.fork(0));
  }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Var x = tape.constant(batch.x);
    Var z = encoder_vectors(x);
    const Codebook::Choice choice = training() ? codebook_.learn(z, rng) : codebook_.nearest(z);
    Var code = reshape(straight_through(z, choice.vectors), {batch.size(), latent()});
    Var distances = reshape(squared_error(z, choice.vectors), {batch.size(), positions()});
    return Loss("reconstruction", per_example(squared_error(decode(code), x)))
        .plus("commitment", mean(sum(distances, {1})), commitment_)
        .with("perplexity", choice.perplexity());
  }

  /// The chosen code vectors, concatenated: (B, P D).
  Var encode(Var x) override {
    Var z = encoder_vectors(x);
    return reshape(straight_through(z, codebook_.nearest(z).vectors), {x.shape()[0], latent()});
  }

  bool couples_examples() const override { return true; }  // through the moving averages
  std::size_t codebook_size() const override { return codebook_.size(); }
  std::size_t code_positions() const override { return positions(); }
  Var code_indices(Var x) override {
    return reshape(codebook_.nearest(encoder_vectors(x)).indices, {x.shape()[0], positions()});
  }
  Var code_of(Var indices) override {
    const std::size_t batch = indices.shape()[0];
    Var vectors = index_select(indices.tape().constant(codebook_.vectors()),
                               reshape(indices, {batch * positions()}));
    return reshape(vectors, {batch, latent()});
  }

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

 private:
  Codebook codebook_;
  Scalar commitment_;
};

}}  // namespace hourglass
