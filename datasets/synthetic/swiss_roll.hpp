#pragma once

#include <cstddef>
#include <cstdint>

#include "hourglass/datasets/table.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A flat strip, rolled up in space: three columns with two degrees of freedom, so that two latent
/// dimensions can hold a row completely, and no plane can (Tenenbaum, de Silva & Langford, "A Global
/// Geometric Framework for Nonlinear Dimensionality Reduction", Science 2000). With u, v uniform in
/// (0, 1) and angle t = 3π/2 · (1 + 2u):
///
///     x = t cos t,   y = 21 v,   z = t sin t,       each with noise of deviation 0.1 added
///
/// The target is t, how far along the strip a row is; the label, 0 to 7, says in which eighth of
/// the strip's turns (of u) that is. The same seed and number of rows make the same table.
Table make_swiss_roll(std::size_t rows, std::uint64_t seed);

}}  // namespace hourglass
