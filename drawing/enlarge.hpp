#pragma once

#include "hourglass/drawing/pictures.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// An image of `example_shape` (C, H, W), numbers in 0..1 channel after channel, as a picture of
/// another size, smooth where it becomes larger. Between pixels it is the logarithm of the odds,
/// ln x / (1 − x), that is interpolated (Catmull–Rom), not x: that is what a decoder has before its
/// last sigmoid, and the edge of a stroke, which runs from certainly white to certainly black,
/// stays as crisp as the model is sure of it.
/// Throws ShapeError for what is no image or has no size.
Picture enlarge(const Scalar* image, const Shape& example_shape, std::size_t width,
                std::size_t height);

}}  // namespace hourglass
