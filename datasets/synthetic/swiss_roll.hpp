#pragma once

#include <cstddef>
#include <cstdint>

#include "hourglass/datasets/table.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A flat strip, rolled up in space: three columns that have only two numbers in them, so that a
/// code of two can hold a row whole, and no plane can (Tenenbaum, de Silva & Langford, "A Global
/// Geometric Framework for Nonlinear Dimensionality Reduction", Science 2000). With u, v uniform in
/// (0, 1) and angle t = 3π/2 · (1 + 2u):
///
///     x = t cos t,   y = 21 v,   z = t sin t,       each with noise of deviation 0.1 added
///
/// The target is t, how far along the strip a row is; the label, 0 to 7, is which eighth of the
/// strip's turns that is (of u). The same seed and number of rows make the same table.
Table make_swiss_roll(std::size_t rows, std::uint64_t seed);

}}  // namespace hourglass
