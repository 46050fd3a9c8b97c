#pragma once

#include <vector>

#include "hourglass/drawing/pictures.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Draws a sum of images as one writes it down: term, sign, term, …, an equals sign, and the
/// result. `images` is (T + 1, F), the T terms and the result, of which each has the shape
/// `example_shape`; `signs` are the terms' (the first is drawn where it is a minus). Throws
/// ShapeError where they do not fit together.
Picture draw_equation(const Tensor& images, const std::vector<double>& signs,
                      const Shape& example_shape);

}}  // namespace hourglass
