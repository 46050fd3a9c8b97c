#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "hourglass/models/vq_vae.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct ResidualVqOptions {
  VqVaeOptions base = {.positions = 8};
  std::size_t quantisers = 4;
  bool quantiser_dropout = true;

  void describe(Settings& settings) {
    base.describe(settings);
    settings("quantisers", quantisers, at_least(1),
             "stages, each with a codebook for what the earlier ones left");
    settings("quantiser_dropout", quantiser_dropout,
             "whether the decoder is shown only the first stages in training, a random number");
  }
};

/// Residual vector quantisation: what the nearest code vector leaves of z is quantised again, by a
/// second codebook, what that leaves by a third. So N codebooks of K vectors do the work of one of
/// K^N, and each stage refines the sum of those before it: a code can be cut off after any of them.
///
///     r_0 = z,   e_i = the vector of codebook i nearest to r_{i−1},   r_i = r_{i−1} − e_i
///     x̂ = σ(g(e_1 + … + e_n)),   n = N; in training drawn from 1 … N for each image
///     minimise  ‖x − x̂‖²  +  β Σ_i Σ_positions ‖r_{i−1} − sg[e_i]‖²   (squared error per image)
///
/// The gradient by the sum is passed on to z unchanged (straight through). Each codebook learns as
/// the VQ-VAE's does (models/core/codebook.hpp), from the residuals of its stage. An image becomes
/// N P integers, those of the first stage first, and the first n P of them, n P log₂ K bits, are a
/// code by themselves. The indices of codebook i are (i − 1) K … i K − 1: all codebooks count as
/// one of N K vectors.
/// Differences from the papers: each position sees the whole image, where theirs are frames of
/// sound or the pixels of a convolution's output; γ = 0.9 in place of 0.99; a stage that is dropped
/// is only hidden from the decoder, and learns; code vectors start at residuals drawn at random,
/// where SoundStream starts with k-means; RQ-VAE shares one codebook among all stages and drops
/// none; no discriminator.
/// Zeghidour, Luebs, Omran, Skoglund & Tagliasacchi, "SoundStream: An End-to-End Neural Audio
/// Codec", 2021;
/// Lee, Kim, Kim, Cho & Han, "Autoregressive Image Generation using Residual Quantization", CVPR
/// 2022 (RQ-VAE).
class ResidualVq : public DiscreteAutoencoder {
 public:
  ResidualVq(const Shape& example_shape, const ResidualVqOptions& options, Rng& rng)
      : DiscreteAutoencoder(example_shape, options.base.network, options.base.positions, rng),
        options_(options) {
    check_options("model", options);
    const VqVaeOptions& vq = options.base;
    for (std::size_t i = 0; i < options.quantisers; ++i)
      codebooks_.emplace_back(CodebookOptions{vq.codebook, dimension(), vq.decay, vq.revival}, rng);
    for (std::size_t i = 0; i < options.quantisers; ++i)
      for (const Buffer& buffer : codebooks_[i].buffers("codebook." + std::to_string(i) + "."))
        register_buffer(buffer.name, *buffer.value);
    register_prior(options.quantisers * positions(), options.quantisers * vq.codebook);
  }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Var x = tape.constant(batch.x), z = encoder_vectors(x), residual = z;
    Var n = stages_shown(tape, batch.size(), rng);
    Var sum_of_vectors, distances;
    for (std::size_t i = 0; i < codebooks_.size(); ++i) {
      const auto [indices, vectors, counts] =
          training() ? codebooks_[i].learn(residual, rng) : codebooks_[i].nearest(residual);
      Var distance = reshape(squared_error(residual, vectors), {batch.size(), positions()});
      Var chosen = reshape(vectors, {batch.size(), latent()});
      distances = i == 0 ? distance : distances + distance;
      sum_of_vectors = i == 0 ? chosen : sum_of_vectors + chosen * sign(relu(n - Scalar(i)));
      residual = residual - vectors;
    }
    Var code = straight_through(reshape(z, {batch.size(), latent()}), sum_of_vectors);
    return Loss("reconstruction", per_example(squared_error(decode(code), x)))
        .plus("commitment", mean(sum(distances, {1})),
              static_cast<Scalar>(options_.base.commitment));
  }

  /// The sums of the chosen code vectors, concatenated: (B, P D).
  Var encode(Var x) override {
    Var z = encoder_vectors(x);
    return straight_through(reshape(z, {x.shape()[0], latent()}), code_of(indices_of(z)));
  }

  bool couples_examples() const override { return true; }  // through the moving averages
  std::size_t codebook_size() const override {
    return options_.quantisers * options_.base.codebook;
  }
  std::size_t code_positions() const override { return options_.quantisers * positions(); }
  std::size_t code_stages() const override { return options_.quantisers; }
  Var code_indices(Var x) override { return indices_of(encoder_vectors(x)); }

  /// Of the first n stages alone, where the indices are (B, n P).
  Var code_of(Var indices) override {
    const std::size_t batch = indices.shape()[0], stages = indices.shape()[1] / positions();
    Var table = new_constant("codebooks", indices.tape(), {codebook_size(), dimension()});
    Scalar* row = table.output().data();
    for (const Codebook& codebook : codebooks_)
      row = std::copy(codebook.vectors().begin(), codebook.vectors().end(), row);
    Var vectors = index_select(table, reshape(indices, {batch * stages * positions()}));
    return sum(reshape(vectors, {batch, stages, latent()}), {1});
  }

  static ModelInfo info() {
    return model_info<ResidualVq, ResidualVqOptions>({
        .name = "residual-vq",
        .summary = "a discrete code in stages, each a codebook for what the earlier ones left",
        .objective = "minimise ‖x − x̂‖² + β Σ ‖r − sg[e]‖², e the code vectors nearest to the "
                     "residuals r",
        .paper = "Zeghidour et al., SoundStream: An End-to-End Neural Audio Codec, 2021",
        .training = {.lr = 3e-3},
    });
  }

 private:
  /// n: (B, 1)
  Var stages_shown(Tape& tape, std::size_t examples, Rng& rng) const {
    const auto all = static_cast<std::uint32_t>(options_.quantisers);
    Var n = filled(tape, {examples, 1}, static_cast<Scalar>(all));
    if (training() && options_.quantiser_dropout)
      for (Scalar& stages : n.output()) stages = static_cast<Scalar>(1 + rng.below(all));
    return n;
  }

  /// z: (B P, D) → (B, N P)
  Var indices_of(Var residual) const {
    const std::size_t batch = residual.shape()[0] / positions();
    Var all;
    for (std::size_t i = 0; i < codebooks_.size(); ++i) {
      const Codebook::Choice choice = codebooks_[i].nearest(residual);
      Var indices =
          reshape(choice.indices + Scalar(i * options_.base.codebook), {batch, positions()});
      all = i == 0 ? indices : concatenate(all, indices, 1);
      residual = residual - choice.vectors;
    }
    return all;
  }

  ResidualVqOptions options_;
  std::vector<Codebook> codebooks_;
};

}}  // namespace hourglass
