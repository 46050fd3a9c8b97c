#pragma once

#include <vector>

#include "hourglass/datasets/dataset.hpp"
#include "hourglass/datasets/factors.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// White shapes on black, 28 × 28 pixels that are 0 or 255: one image for each combination of five
/// factors, 3 · 4 · 8 · 8 · 8 = 6,144 in all, no two of which are equal.
///
///   shape   half-disc, triangle, heart: the label
///   size    a radius of 4.5, 5.5, 6.5 or 7.5 pixels
///   angle   k / 8 of a full turn, anticlockwise; no shape looks the same after a part of a turn
///   x       the centre's column, 8.4 + 1.6 k pixels from the left
///   y       the centre's row, 8.4 + 1.6 k pixels from the top
///
/// Image number (((shape · 4 + size) · 8 + angle) · 8 + x) · 8 + y shows these values. It is a
/// small relative of dSprites (Matthey, Higgins, Hassabis & Lerchner 2017): since the factors are
/// known, it can be measured whether a code holds each of them in a dimension of its own
/// (models/statistics/disentanglement.hpp).
Dataset make_shapes();

/// The five factors of each example, if all of them are images of make_shapes, whichever and in
/// whatever order: they are recognised by their pixels, so a copy in a file has them too. None for
/// other examples.
std::vector<KnownFactor> shape_factors(const Dataset& data);

}}  // namespace hourglass
