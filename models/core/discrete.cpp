#include "hourglass/models/core/discrete.hpp"

#include <algorithm>
#include <string>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/core/inference.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

const Choices<IndexPrior>& index_priors() {
  static const Choices<IndexPrior> all(
      "prior", {{"independent", IndexPrior::independent, "each position by itself"},
                {"made", IndexPrior::made, "each given those before it"}});
  return all;
}

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

void DiscreteAutoencoder::register_prior(std::size_t positions, std::size_t choices,
                                         IndexPrior prior, Rng rng) {
  frequencies_ = filled({positions, choices}, 1 / static_cast<Scalar>(choices));
  register_buffer("codebook.frequencies", frequencies_);
  if (prior == IndexPrior::independent) return;
  prior_ = std::make_unique<CodePrior>(positions, choices, rng);
  // Its weights are buffers: saved with the model, but not trained with it.
  for (Parameter* parameter : prior_->parameters())
    register_buffer("prior." + parameter->name, parameter->value);
  for (const Buffer& buffer : prior_->buffers())
    register_buffer("prior." + buffer.name, *buffer.value);
}

namespace {

/// Ten epochs, or more of few examples: at least 2,000 steps.
TrainingOptions prior_training(std::size_t examples) {
  TrainingOptions options = {.lr = 2e-3};
  const std::size_t steps = std::max<std::size_t>(1, examples / options.batch);
  options.epochs = std::max<std::size_t>(10, 2000 / steps);
  return options;
}

}  // namespace

void DiscreteAutoencoder::after_training(const Dataset& train, Rng rng) {
  const std::size_t positions = code_positions();
  Tensor all = filled({train.size(), positions});
  infer_in_order(*this, train, [&](const InferenceBatch& batch) {
    const Tensor& indices = code_indices(batch.x()).value();
    std::copy_n(indices.data(), indices.size(), all.data() + batch.first * positions);
  });
  frequencies_.fill(0);
  for (std::size_t i = 0; i < all.size(); ++i)
    ++frequencies_(i % positions, static_cast<std::size_t>(all.data()[i]));
  for (Scalar& frequency : frequencies_) frequency /= static_cast<Scalar>(train.size());
  if (prior_) prior_->fit(all, prior_training(train.size()), rng);
}

Tensor DiscreteAutoencoder::draw_independently(std::size_t count, Rng& rng) const {
  const std::size_t positions = frequencies_.shape()[0], choices = frequencies_.shape()[1];
  Tensor indices = filled({count, positions});
  for (std::size_t i = 0; i < indices.size(); ++i)
    indices.data()[i] =
        static_cast<Scalar>(draw_index(&frequencies_(i % positions, 0), choices, rng));
  return indices;
}

Tensor DiscreteAutoencoder::sample_codes(std::size_t count, Rng& rng) {
  Tape tape(Tape::Gradients::off);
  const Tensor indices = prior_ ? prior_->draw(count, rng) : draw_independently(count, rng);
  return code_of(tape.constant(indices)).value();
}

}}  // namespace hourglass
