#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/core/discrete.hpp"
#include "hourglass/models/core/model_info.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct FsqOptions {
  NetworkOptions network = {.latent = 96, .hidden = {512, 256}, .normalization = "batch"};
  std::vector<std::size_t> levels = {8, 6, 5};
  std::string prior = "independent";

  void describe(Settings& settings) {
    network.describe(settings);
    settings("levels", levels,
             "values of each number of a code vector; latent is a multiple of how many these are");
    settings("prior", prior, index_priors(), "of the indices of new images");
  }
};

/// Finite scalar quantisation: a discrete code without a codebook to learn. Each number of the code
/// is squeezed into a range and rounded, so that it takes one of a few values; D numbers with L_1 …
/// L_D values form one of K = Π L_j vectors, the points of a grid. An image becomes P integers in
/// 0..K−1, as in the VQ-VAE.
///
///     ẑ_j = round(h_j tanh(z_j + s_j) − o_j)   in −⌊L_j/2⌋ … ⌈L_j/2⌉ − 1,   of z = f(x)
///           h = (1 − ε)(L − 1) / 2,   o = ½ where L is even, else 0,   s = artanh(o / h)
///     code = ẑ / ⌊L/2⌋,   x̂ = σ(g(code)),   k = Σ_j (ẑ_j + ⌊L_j/2⌋) L_1 ⋯ L_{j−1},   ε = 0.001
///     minimise  ‖x − x̂‖²                                              (squared error per image)
///
/// The rounding passes gradients on unchanged (straight through). The points do not move, so there
/// is nothing to learn but the encoder and the decoder: no commitment loss, no moving averages, no
/// dead code vectors to reset.
/// Differences from the paper: each position sees the whole image, where theirs are the pixels of a
/// convolution's output; z = 0 is rounded from exactly 0 (the authors' code has s = tan(o / h),
/// which is nearly the same), for which L has to be 3 at least; the default of 240 points is the
/// paper's for 2⁸, the smallest of its codebooks.
/// Mentzer, Minnen, Agustsson & Tschannen, "Finite Scalar Quantization: VQ-VAE Made Simple", ICLR
/// 2024.
class Fsq : public DiscreteAutoencoder {
 public:
  Fsq(const Shape& example_shape, FsqOptions options, Rng& rng)
      : DiscreteAutoencoder(example_shape, options.network, positions_of(options), rng) {
    for (Tensor* constant : {&range_, &shift_, &offset_, &half_, &place_})
      *constant = filled({dimension()});
    for (std::size_t j = 0; j < dimension(); ++j) {
      const std::size_t levels = options.levels[j];
      const double h = (1 - 1e-3) * static_cast<double>(levels - 1) / 2, o = levels % 2 ? 0 : 0.5;
      range_(j) = static_cast<Scalar>(h);
      offset_(j) = static_cast<Scalar>(o);
      shift_(j) = static_cast<Scalar>(std::atanh(o / h));
      const std::size_t half = levels / 2;  // rounded down
      half_(j) = static_cast<Scalar>(half);
      place_(j) = static_cast<Scalar>(size_);
      size_ *= levels;
    }
    points_ = filled({size_, dimension()});
    for (std::size_t k = 0; k < size_; ++k)
      for (std::size_t j = 0, rest = k; j < dimension(); rest /= options.levels[j++])
        points_(k, j) = (static_cast<Scalar>(rest % options.levels[j]) - half_(j)) / half_(j);
    register_prior(positions(), size_, index_priors()[options.prior], rng.fork(0));
  }

  Loss loss(Tape& tape, const Batch& batch, Rng&) override {
    Var x = tape.constant(batch.x);
    return Loss("reconstruction", per_example(squared_error(forward(x), x)));
  }

  /// The points, concatenated: (B, P D).
  Var encode(Var x) override {
    Var rounded = round(encoder_vectors(x));
    return reshape(rounded / x.tape().constant(half_), {x.shape()[0], latent()});
  }

  std::size_t codebook_size() const override { return size_; }
  std::size_t code_positions() const override { return positions(); }
  Var code_indices(Var x) override {
    Var digits = round(encoder_vectors(x)) + x.tape().constant(half_);
    return reshape(sum(digits * x.tape().constant(place_), {1}), {x.shape()[0], positions()});
  }
  Var code_of(Var indices) override {
    const std::size_t batch = indices.shape()[0];
    Var points =
        index_select(indices.tape().constant(points_), reshape(indices, {batch * positions()}));
    return reshape(points, {batch, latent()});
  }

  static ModelInfo info() {
    return model_info<Fsq, FsqOptions>({
        .name = "fsq",
        .summary = "a discrete code without a codebook to learn: numbers rounded to a few values",
        .objective = "minimise ‖x − x̂‖², x̂ decoded from round(h tanh z), L values a number",
        .paper = "Mentzer et al., Finite Scalar Quantization: VQ-VAE Made Simple, ICLR 2024",
        .training = {.lr = 3e-3},
    });
  }

 private:
  static constexpr std::size_t most_points = 64'000;  // of the largest codebook of the paper

  /// P, the number of points in a code. Throws ConfigError for levels that make no grid.
  static std::size_t positions_of(const FsqOptions& options) {
    const std::size_t dimension = options.levels.size(), latent = options.network.latent;
    if (dimension == 0) throw ConfigError("model.levels is empty, so there is nothing to round to");
    std::size_t size = 1;
    for (std::size_t levels : options.levels) {
      if (levels < 3)
        throw ConfigError("model.levels has a " + std::to_string(levels) +
                          ", but each must be at least 3");
      size *= std::min(levels, most_points + 1);
      if (size > most_points)
        throw ConfigError("model.levels make more than " + std::to_string(most_points) +
                          " code vectors");
    }
    if (latent == 0 || latent % dimension != 0)
      throw ConfigError("model.latent = " + std::to_string(latent) + " is no multiple of the " +
                        std::to_string(dimension) + " numbers of model.levels");
    return latent / dimension;
  }

  /// ẑ: (B P, D)
  Var round(Var z) const {
    Tape& tape = z.tape();
    Var squeezed = tanh(z + tape.constant(shift_)) * tape.constant(range_);
    return round_straight_through(squeezed - tape.constant(offset_));
  }

  std::size_t size_ = 1;                          ///< K
  Tensor range_, shift_, offset_, half_, place_;  ///< h, s, o, ⌊L/2⌋, L_1 ⋯ L_{j−1}: (D)
  Tensor points_;                                 ///< the codes of k = 0 … K−1: (K, D)
};

}}  // namespace hourglass
