#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "datasets/dataset.hpp"
#include "models/autoencoder.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

// A trained model used on as many examples as there are: in chunks, side by side on all threads, by
// the model out of training.

/// The code of every example: (N, latent())
Tensor encode_all(Autoencoder& model, const Dataset& data);

/// The example of every code: (N, F)
Tensor decode_all(Autoencoder& model, const Tensor& codes);

/// A walk from one example to another, given as two rows (2, F): `steps` examples decoded from the
/// straight line between their codes, its ends included: (steps, F)
Tensor interpolate(Autoencoder& model, const Tensor& ends, std::size_t steps);

/// New examples, and the class of each where the model knows classes.
struct Samples {
  Tensor examples;                        ///< (count, F)
  std::vector<std::uint8_t> labels = {};  ///< (count), or none
};

/// Draws new examples. Where the model knows classes, all are of `label`, or without it of all
/// classes in equal shares, class after class. Throws ConfigError where the model draws none, or
/// knows no such class.
Samples draw_samples(Autoencoder& model, std::size_t count, std::optional<std::size_t> label,
                     Rng& rng);

}  // namespace hourglass::inline HOURGLASS_PRECISION
