#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "hourglass/autograd/tape.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What a gradient check found: how many entries of the Jacobian it compared, the worst of their
/// errors as a fraction of what is allowed, the worst of |got − expected| / max(1, |expected|), and
/// the first entry that missed, or "".
struct GradientCheck {
  std::size_t entries = 0;
  double worst = 0;
  double worst_relative = 0;
  std::string failure;
};

/// Compares every entry of the Jacobian ∂y_k / ∂p_i that backward gives with the central difference
///     (y_k(p_i + h) − y_k(p_i − h)) / 2h,     h = 6·10⁻⁶ max(1, |p_i|)
/// (h near the cube root of the precision, where truncation and rounding balance). An entry passes
/// where |got − expected| ≤ absolute + relative |expected|.
///
/// `compute` records y, of any shape, from the parameters on the tape that it is given, and must do
/// the same at every call: freeze its noise. Where backward is meant to differ from the derivative
/// (a straight-through estimator), the differences are taken of `surrogate` instead. Meant for the
/// double build. A failure names the operation, the parameter, the index, and both numbers.
GradientCheck check_gradient(const std::string& operation, const std::function<Var(Tape&)>& compute,
                             const std::vector<Parameter*>& parameters, double relative = 1e-6,
                             double absolute = 1e-8,
                             const std::function<Var(Tape&)>& surrogate = nullptr);

/// The same for operations too large for a full Jacobian: compares ⟨s, J d⟩ for random directions d
/// of each parameter and seeds s of y, eight of each.
GradientCheck check_gradient_along_directions(const std::string& operation,
                                              const std::function<Var(Tape&)>& compute,
                                              const std::vector<Parameter*>& parameters,
                                              double relative = 1e-6, double absolute = 1e-8);

}}  // namespace hourglass
