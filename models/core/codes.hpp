#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "hourglass/datasets/dataset.hpp"
#include "hourglass/models/core/autoencoder.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// A trained model used on as many examples as there are: in chunks, side by side on all threads, by
// the model out of training.

/// The code of every example: (N, latent())
Tensor encode_all(Autoencoder& model, const Dataset& data);

/// The example of every code: (N, F)
Tensor decode_all(Autoencoder& model, const Tensor& codes);

/// Interpolation between two examples, given as two rows (2, F): `steps` examples decoded from the
/// straight line between their codes, its ends included: (steps, F)
Tensor interpolate(Autoencoder& model, const Tensor& ends, std::size_t steps);

}}  // namespace hourglass
