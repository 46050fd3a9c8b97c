#include "hourglass/models/core/discrete.hpp"

#include <string>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/core/inference.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

DiscreteAutoencoder::DiscreteAutoencoder(const Shape& example_shape, const NetworkOptions& network,
                                         std::size_t positions, Rng& rng)
    : latent_(network.latent), positions_(positions) {
  if (positions == 0 || network.latent == 0 || network.latent % positions != 0)
    throw ConfigError("model.positions = " + std::to_string(positions) +
                      " does not divide the code's model.latent = " +
                      std::to_string(network.latent) + " numbers");
  add_encoder(encoder, network, example_shape, latent_, rng);
  add_decoder(decoder, network, example_shape, latent_, rng);
  register_module("encoder", encoder);
  register_module("decoder", decoder);
}

void DiscreteAutoencoder::register_frequencies(std::size_t positions, std::size_t choices) {
  frequencies_ = filled({positions, choices}, 1 / static_cast<Scalar>(choices));
  register_buffer("codebook.frequencies", frequencies_);
}

void DiscreteAutoencoder::after_training(const Dataset& train, Rng) {
  frequencies_.fill(0);
  const std::size_t positions = code_positions(), choices = codebook_size();
  infer_in_order(*this, train, [&](const InferenceBatch& batch) {
    const Tensor& indices = code_indices(batch.x()).value();
    for (std::size_t i = 0; i < indices.size(); ++i)
      ++frequencies_.data()[i % positions * choices + static_cast<std::size_t>(indices.data()[i])];
  });
  for (Scalar& frequency : frequencies_) frequency /= static_cast<Scalar>(train.size());
}

Tensor DiscreteAutoencoder::sample_codes(std::size_t count, Rng& rng) {
  const std::size_t positions = code_positions(), choices = codebook_size();
  Tensor indices = filled({count, positions});
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const Scalar* frequency = frequencies_.data() + i % positions * choices;
    double left = rng.uniform();
    std::size_t k = 0;
    while (k + 1 < choices && (left -= frequency[k]) >= 0) ++k;
    indices.data()[i] = static_cast<Scalar>(k);
  }
  Tape tape(Tape::Gradients::off);
  return code_of(tape.constant(indices)).value();
}

}}  // namespace hourglass
