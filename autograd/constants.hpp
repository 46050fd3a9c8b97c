#pragma once

#include "hourglass/autograd/base/random.hpp"
#include "hourglass/autograd/tape.hpp"

// Constants that are made on a tape, in its memory, rather than brought to it.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A constant of this shape, to be computed into `output()`, whole, before the next value is asked
/// for. Tools show it under its name.
Var new_constant(const char* name, Tape& tape, const Shape& shape);

/// All `value`.
Var filled(Tape& tape, const Shape& shape, Scalar value);

/// Numbers drawn from N(0, 1), of x's shape.
Var normal_like(Var x, Rng& rng);

}}  // namespace hourglass
