#pragma once

#include <functional>
#include <initializer_list>
#include <string>

#include "tests/autograd/registry/registry.hpp"

// Sample inputs, and the names of cases.

namespace hourglass::inline HOURGLASS_PRECISION::testing {

/// "2x3", "scalar"
std::string shape_name(const Shape& shape);

using AxisList = std::initializer_list<int>;
/// "axes_0_minus1"
std::string axes_name(const AxisList& axes);

/// Between 0.4 and 1.9.
Tensor positive(const Shape& shape, std::uint64_t seed = 1);

/// Numbers of both signs and none near 0, where |x| and relu have a kink.
Tensor away_from_zero(const Shape& shape, std::uint64_t seed = 1);

/// The numbers offset, offset + 1, … over 10, in a scrambled order: no two of two such tensors with
/// offsets that differ by half are nearer than 0.05.
Tensor spaced(const Shape& shape, double offset);

using Draw = Tensor (*)(const Shape&, std::uint64_t);
/// Cases of an operation on one value: a scalar, axes of size 1, a rest beside SIMD lanes, none.
void add_unary(Cases& cases, const char* operation, Draw draw, const std::function<Var(Var)>& f,
               const std::string& name = "x");

}  // namespace hourglass::inline HOURGLASS_PRECISION::testing
