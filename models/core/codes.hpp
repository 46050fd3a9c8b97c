#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "hourglass/datasets/dataset.hpp"
#include "hourglass/models/core/autoencoder.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// A trained model applied to whole datasets: in chunks, in parallel on all threads, in evaluation
// mode.

/// The code of every example: (N, latent())
Tensor encode_all(Autoencoder& model, const Dataset& data);

/// The example decoded from each code: (N, F)
Tensor decode_all(Autoencoder& model, const Tensor& codes);

/// Interpolation between two examples, given as two rows (2, F): `steps` examples decoded from the
/// straight line between their codes, ends included: (steps, F)
Tensor interpolate(Autoencoder& model, const Tensor& ends, std::size_t steps);

}}  // namespace hourglass
