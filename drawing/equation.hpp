#pragma once

#include <vector>

#include "hourglass/drawing/pictures.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Draws a sum of images the way a sum is written: term, sign, term, …, an equals sign, and the
/// result. `images` is (T + 1, F), the T terms and the result, each of the shape
/// `example_shape`; `signs` are the terms' (the first is drawn if it is a minus). Throws
/// ShapeError if they do not match.
Picture draw_equation(const Tensor& images, const std::vector<double>& signs,
                      const Shape& example_shape);

}}  // namespace hourglass
