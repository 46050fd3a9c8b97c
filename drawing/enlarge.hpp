#pragma once

#include "hourglass/drawing/pictures.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Resizes an image of `example_shape` (C, H, W), numbers in 0..1 channel after channel, smoothly
/// where it becomes larger. What is interpolated (Catmull–Rom) is not x but its log-odds,
/// ln x / (1 − x): those are what a decoder has before its last sigmoid, so the edge of a stroke,
/// which runs from certainly white to certainly black, stays as crisp as the model is sure of it.
/// Throws ShapeError for what is not an image or has no size.
Picture enlarge(const Scalar* image, const Shape& example_shape, std::size_t width,
                std::size_t height);

}}  // namespace hourglass
