#pragma once

#include <string>
#include <vector>

#include "hourglass/nn/choices.hpp"
#include "hourglass/nn/files/config.hpp"
#include "hourglass/nn/layers/sequential.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The layers between an example and its code, the same there and back. Every model is built of
/// them, so that each can be dense or convolutional:
///
///     {.latent = 32, .hidden = {512, 256}}        784 → 512 → 256 → 32
///     {.latent = 16, .hidden = {256}, .channels = {32, 64}}
///         (1, 28, 28) → (32, 14, 14) → (64, 7, 7) → 256 → 16
struct NetworkOptions {
  std::size_t latent = 32;
  std::vector<std::size_t> hidden = {512, 256};
  std::vector<std::size_t> channels = {};
  std::size_t depth = 0;
  std::string upsampling = "transposed";
  std::string activation = "relu";
  std::string normalization = "none";

  void describe(Settings& settings);
};

/// How convolutions go back up, and what stands between layers.
enum class Upsampling { transposed, nearest };
const Choices<Upsampling>& upsamplings();
enum class Normalization { none, batch };
const Choices<Normalization>& normalizations();

/// Adds to `network` the way down from examples, (B, F), to `outputs` numbers each: 3×3
/// convolutions of stride 2, one for each of `channels` and `depth` of stride 1 after it, then
/// dense layers. After each layer but the last comes the activation. With `outputs` = 0 the last
/// hidden layer, activated, is the output. Throws ConfigError for options that make no network, or
/// convolutions of examples that are no images (C, H, W).
void add_encoder(Sequential& network, const NetworkOptions& options, const Shape& example_shape,
                 std::size_t outputs, Rng& rng);

/// Adds the mirror image: the way up from `inputs` numbers (0: from the encoder's last hidden
/// layer) to `maps` for each of the example's, (B, maps F), not activated. A convolution goes back
/// as a transposed convolution, or as an enlargement to the nearest pixel and a convolution, which
/// leaves no chequered pattern (Odena et al., Distill 2016).
void add_decoder(Sequential& network, const NetworkOptions& options, const Shape& example_shape,
                 std::size_t inputs, Rng& rng, std::size_t maps = 1);

/// How many numbers the encoder gives: `outputs`, or where that is 0 the size of its last layer.
std::size_t encoder_outputs(const NetworkOptions& options, const Shape& example_shape,
                            std::size_t outputs);

}}  // namespace hourglass
