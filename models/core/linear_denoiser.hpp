#pragma once

#include "hourglass/datasets/dataset.hpp"
#include "hourglass/models/core/autoencoder.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The mean of ‖x − x̂‖² over `test`, with x̂ predicted from the corrupted x̃ by linear regression: a
/// baseline for every denoiser and, for Gaussian noise, the Wiener filter.
///
///     x̂ = μ + W (x̃ − μ̃), clipped to 0..1,     W = argmin Σ ‖x − μ − W (x̃ − μ̃)‖²  over `train`
///
/// Each example of both is corrupted once, by `model.corrupt`. The normal equations of F pixels
/// take 8 F² bytes twice and F³ steps. Throws ConfigError if one of the datasets is empty or their
/// examples differ in size.
double linear_denoising_error(const Autoencoder& model, const Dataset& train, const Dataset& test,
                              const Rng& rng);

}}  // namespace hourglass
