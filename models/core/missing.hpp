#pragma once

#include "hourglass/autograd/tape.hpp"

// Examples some of whose numbers are missing: those are NaN.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What is known of examples, as values without gradients unless all is known.
struct Known {
  Var x;     ///< the examples, with 0 for what is missing; x itself if nothing is: (B, F)
  Var mask;  ///< 1 for what is known, 0 for what is missing: (B, F)
  bool all;  ///< whether nothing is missing
};
Known known_of(Var x);

/// The examples, with the numbers of `others` in the place of those that are missing: (B, F)
Tensor completed_from(const Tensor& others, const Tensor& x);

}}  // namespace hourglass
