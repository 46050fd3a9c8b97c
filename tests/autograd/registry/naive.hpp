#pragma once

#include <functional>
#include <vector>

#include "tests/autograd/registry/registry.hpp"

// Plain loops by index arithmetic, one element after the other in double, for what operations are
// held against. Nothing of the engine is in them.

namespace hourglass::HOURGLASS_PRECISION::testing {

using Numbers = std::vector<double>;
using AxisNumbers = std::vector<int>;

/// f of each element.
Tensor naive_map(const Tensor& x, const std::function<double(double)>& f);

/// f of each pair of elements that broadcasting puts together.
Tensor naive_map(const Tensor& a, const Tensor& b, const std::function<double(double, double)>& f);

/// The axes from the front, in ascending order; all of them where none is named.
AxisNumbers resolved(const AxisNumbers& axes, std::size_t rank);

/// f of each group of elements that differ in `axes` (resolved) only; these are kept with size 1 or
/// dropped.
Tensor naive_reduce(const Tensor& x, const AxisNumbers& axes, bool keep_dims,
                    const std::function<double(const Numbers&)>& f);

/// Each line of elements along one axis, replaced by what f makes of it.
Tensor naive_along(const Tensor& x, int axis, const std::function<Numbers(const Numbers&)>& f);

}  // namespace hourglass::testing
