#pragma once

#include "hourglass/datasets/dataset.hpp"
#include "hourglass/models/core/autoencoder.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The mean over `test` of ‖x − x̂‖², where x̂ is made from the damaged x̃ by linear regression: the
/// baseline of every denoiser, and where the damage is Gaussian noise the Wiener filter.
///
///     x̂ = μ + W (x̃ − μ̃), cut off at 0 and 1,     W = argmin Σ ‖x − μ − W (x̃ − μ̃)‖²  over `train`
///
/// Each example of both is damaged once, by `model.corrupt`. The normal equations of F pixels take
/// 8 F² bytes twice and F³ steps. Throws ConfigError where one of the datasets is empty or their
/// examples differ in size.
double linear_denoising_error(const Autoencoder& model, const Dataset& train, const Dataset& test,
                              const Rng& rng);

}}  // namespace hourglass
