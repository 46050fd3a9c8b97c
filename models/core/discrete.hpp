#pragma once

#include <memory>
#include <string>

#include "hourglass/models/core/autoencoder.hpp"
#include "hourglass/models/core/code_prior.hpp"
#include "hourglass/models/core/networks.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The distributions from which the indices of new examples can be drawn.
enum class IndexPrior { independent, made };
const Choices<IndexPrior>& index_priors();

/// What autoencoders with a discrete code share. The encoder gives P vectors z of D numbers; each
/// is replaced by code vectors of a finite set, so that an example becomes a row of indices. New
/// examples need a distribution of the indices, which is fitted after training: `independent` is how
/// often each position has each index; `made` is a network that predicts each index from those
/// before it (code_prior.hpp), as van den Oord et al. (2017) do by a PixelCNN.
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

  /// Fits the prior to the indices of the training examples.
  void after_training(const Dataset& train, Rng rng) override;
  /// Codes whose indices are drawn from it.
  Tensor sample_codes(std::size_t count, Rng& rng) override;

  Sequential encoder, decoder;

 protected:
  /// Throws ConfigError if the code cannot be divided evenly among so many positions.
  DiscreteAutoencoder(const Shape& example_shape, const NetworkOptions& network,
                      std::size_t positions, Rng& rng);
  /// To be called in the constructor, after the model's own buffers are registered: those of the
  /// prior of the indices, `positions` numbers below `choices`, are registered after these. Until it
  /// is fitted, all indices are equally likely.
  void register_prior(std::size_t positions, std::size_t choices, IndexPrior prior = {},
                      Rng rng = Rng(0));

  std::size_t positions() const { return positions_; }            ///< P
  std::size_t dimension() const { return latent_ / positions_; }  ///< D
  /// z: (B P, D)
  Var encoder_vectors(Var x) {
    return reshape(encoder(x), {x.shape()[0] * positions(), dimension()});
  }

 private:
  /// (count, code_positions()), each position independently of the others.
  Tensor draw_independently(std::size_t count, Rng& rng) const;

  std::size_t latent_, positions_;
  Tensor frequencies_;                ///< (code_positions(), codebook_size())
  std::unique_ptr<CodePrior> prior_;  ///< null where positions are independent
};

}}  // namespace hourglass
