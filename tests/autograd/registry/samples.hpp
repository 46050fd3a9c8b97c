#pragma once

#include <functional>
#include <initializer_list>
#include <string>

#include "tests/autograd/registry/registry.hpp"

// Sample inputs, and the names of cases.

namespace hourglass::HOURGLASS_PRECISION::testing {

/// "2x3", "scalar"
std::string shape_name(const Shape& shape);

using AxisList = std::initializer_list<int>;
/// "axes_0_minus1"
std::string axes_name(const AxisList& axes);

// All numbers are such as float holds exactly, so that both builds compute from the same.

/// Between 0.4 and 1.9.
Tensor positive(const Shape& shape, std::uint64_t seed = 1);

/// Numbers of both signs and none near 0, where |x| and relu have a kink.
Tensor away_from_zero(const Shape& shape, std::uint64_t seed = 1);

/// The numbers offset, offset + 1, … over 10, in a scrambled order, or over 630 where there are
/// more than 1,000: no two of two such tensors with offsets that differ by half are nearer than
/// half of that step, whatever their sizes.
Tensor spaced(const Shape& shape, double offset);

/// The same as a Draw, with offset 0 for even seeds and a half for odd ones.
Tensor apart(const Shape& shape, std::uint64_t seed = 1);

using Draw = Tensor (*)(const Shape&, std::uint64_t);

/// An operation on each element of one value, thrice.
struct Pointwise {
  const char* operation;
  std::function<Var(Var)> compute;
  double (*naive)(double);
  const char* torch;  ///< of a
  Draw draw = away_from_zero;
  std::string name = "x";
  bool also_large = false;
};
/// A scalar, axes of size 1, a rest beside SIMD lanes, nothing.
void add_pointwise(Cases& cases, const Pointwise& of);
/// A case at the kinks of an operation on one value, with the slope that it takes there.
void add_at_kinks(Cases& cases, const Pointwise& of, const std::vector<double>& at, Scalar slope);

}  // namespace hourglass::testing
