#pragma once

#include <string>
#include <vector>

#include "hourglass/autograd/base/tensor.hpp"
#include "hourglass/datasets/dataset.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// What can be measured on a drawing of strokes, bright on black, without knowing what it shows.
// p(x, y) is the brightness of a pixel, x to the right and y downwards; an empty image gives 0.

/// How far strokes lean to the right, in pixels per pixel upwards:
///
///     slant = −μ₁₁ / μ₀₂,   μ_ab = Σ p (x − x̄)ᵃ (y − ȳ)ᵇ / Σ p,   (x̄, ȳ) = Σ p (x, y) / Σ p
///
/// the shear that leaves no correlation of x and y: the one by which LeCun et al. deslanted digits
/// ("Gradient-based learning applied to document recognition", Proc. IEEE 1998).
double slant(const Scalar* image, std::size_t height, std::size_t width);

/// How wide strokes are, in pixels:
///
///     width = 2 Σ p / Σ |∇p|,   ∇p: the differences to the right and downwards
///
/// A stroke of length ℓ and width w has Σ p = ℓ w, and two edges at which the brightness rises by 1
/// and falls by 1, sharply or softly: Σ |∇p| = 2 ℓ, but for its ends.
double stroke_width(const Scalar* image, std::size_t height, std::size_t width);

/// A number to each example, with a name: "slant".
struct Target {
  std::string name, unit;
  std::vector<double> train, test;
};

/// Slant and stroke width of both sets' examples; none where they are no grey images.
std::vector<Target> stroke_targets(const Dataset& train, const Dataset& test);

}}  // namespace hourglass
