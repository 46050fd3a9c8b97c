#pragma once

#include <string>

#include "hourglass/models/core/autoencoder.hpp"
#include "hourglass/models/core/networks.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What autoencoders with a discrete code share. The encoder gives P vectors z of D numbers; each
/// is replaced by code vectors of a finite set, so that an example becomes a row of indices. How
/// often each index occurs at each position is counted after training: new codes are drawn from
/// that.
class DiscreteAutoencoder : public Autoencoder {
 public:
  Var decode(Var code) override { return sigmoid(decoder(code)); }
  Var decode_indices(Var indices) override { return decode(code_of(indices)); }
  /// The code that these indices, (B, code_positions()), stand for: (B, P D). Throws ShapeError for
  /// what is no index of a code vector.
  virtual Var code_of(Var indices) = 0;

  std::size_t latent() const override { return latent_; }
  std::string loss_unit() const override { return "squared error per image"; }
  bool is_regularized() const override { return true; }
  bool can_sample() const override { return true; }

  /// Counts how often each position has each index.
  void after_training(const Dataset& train, Rng) override;
  /// Draws each position independently from these frequencies. (The papers train a second,
  /// autoregressive model of the indices, which makes images more coherent.)
  Tensor sample_codes(std::size_t count, Rng& rng) override;

  Sequential encoder, decoder;

 protected:
  /// Throws ConfigError if the code cannot be divided evenly among so many positions.
  DiscreteAutoencoder(const Shape& example_shape, const NetworkOptions& network,
                      std::size_t positions, Rng& rng);
  /// To be called in the constructor, after the model's own buffers are registered: the frequencies
  /// are registered after these. Until they are counted, all are equal.
  void register_frequencies(std::size_t positions, std::size_t choices);

  std::size_t positions() const { return positions_; }            ///< P
  std::size_t dimension() const { return latent_ / positions_; }  ///< D
  /// z: (B P, D)
  Var encoder_vectors(Var x) {
    return reshape(encoder(x), {x.shape()[0] * positions(), dimension()});
  }

 private:
  std::size_t latent_, positions_;
  Tensor frequencies_;  ///< (code_positions(), codebook_size())
};

}}  // namespace hourglass
