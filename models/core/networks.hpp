#pragma once

#include <string>
#include <vector>

#include "hourglass/nn/choices.hpp"
#include "hourglass/nn/files/config.hpp"
#include "hourglass/nn/layers/sequential.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The layers between an example and its code; the decoder mirrors the encoder. Every model is
/// built from these options, so that each can be dense or convolutional:
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

/// How the decoder upsamples, and the normalisation between layers.
enum class Upsampling { transposed, nearest };
const Choices<Upsampling>& upsamplings();
enum class Normalization { none, batch };
const Choices<Normalization>& normalizations();

/// Adds an encoder to `network`, from examples (B, F) to `outputs` values each: a 3×3 convolution
/// of stride 2 for each of `channels`, each followed by `depth` of stride 1, then dense layers.
/// Every layer but the last is followed by the activation. With `outputs` = 0 the output is the
/// last hidden layer after its activation. Throws ConfigError for options that make no network, or
/// for convolutions of examples that are not images (C, H, W).
void add_encoder(Sequential& network, const NetworkOptions& options, const Shape& example_shape,
                 std::size_t outputs, Rng& rng);

/// Adds the decoder that mirrors it, from `inputs` values (0: the size of the encoder's last hidden
/// layer) to `maps` outputs per pixel, (B, maps F), without an activation. A convolution is
/// mirrored by a transposed convolution, or by nearest-neighbour upsampling and a convolution,
/// which avoids checkerboard artefacts (Odena et al., Distill 2016).
void add_decoder(Sequential& network, const NetworkOptions& options, const Shape& example_shape,
                 std::size_t inputs, Rng& rng, std::size_t maps = 1);

/// The number of encoder outputs: `outputs` or, if that is 0, the size of the last hidden layer.
std::size_t encoder_outputs(const NetworkOptions& options, const Shape& example_shape,
                            std::size_t outputs);

}}  // namespace hourglass
