#pragma once

#include <filesystem>
#include <string>

#include "apps/command.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Which pictures go through a model, and where the results go.
struct RestoreOptions {
  std::filesystem::path in;   ///< a PNG or JPEG file, or a folder of them
  std::filesystem::path out;  ///< a folder
  double noise = 0;           ///< deviation of normal noise that is added first
};

struct Restored {
  std::size_t pictures = 0, pixels = 0;
  double error = 0;        ///< the mean squared error per pixel against what was read …
  double noise_error = 0;  ///< … and that of the noisy pictures
};

/// Takes each picture, whatever its size, through the model tile by tile (tiles.hpp) and writes it
/// as a PNG file of the same name; with noise, the noisy one goes beside it as NAME.noisy.png. Throws
/// ConfigError if `out` is `in`, whose pictures would be lost, or holds anything else.
Restored restore_pictures(const TrainedModel& trained, const RestoreOptions& options, Rng rng);

/// x + N(0, deviation²), clipped to 0..1
Tensor with_noise(const Tensor& rows, double deviation, Rng& rng);

}}  // namespace hourglass
