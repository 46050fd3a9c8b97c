#pragma once

#include <array>
#include <cstddef>

#include "hourglass/autograd/operations.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// The losses of operations.hpp are one number per example, (B). How these are reduced to one is
// said where a loss is used, so that nothing is averaged silently:
//
//     Var loss = per_example(squared_error(prediction, target));

/// The mean over the batch of losses with one number per example, (B): "nats per image" for a
/// likelihood, "squared error per image". Throws ShapeError for losses of another shape.
Var per_example(Var losses);

/// The same divided by the number of elements of an example of x, (B, …): "squared error per pixel".
Var per_element(Var losses, Var x);

/// What a model minimises, and the named terms that make it up (for a table, a curve, a
/// warning).
struct Loss {
  struct Term {
    const char* name = nullptr;
    Var value;
  };

  Var total;
  std::array<Term, 8> terms{};  // in place, since a training step allocates nothing
  std::size_t term_count = 0;

  Loss() = default;
  explicit Loss(Var total) : total(total) {}
  /// Starts with one term, the first named one.
  Loss(const char* name, Var term) : total(term) { with(name, term); }

  /// Names a value that is shown beside the loss and adds nothing to it.
  Loss& with(const char* name, Var value) {
    terms.at(term_count++) = {name, value};
    return *this;
  }
  /// Adds weight · term, and records the term under this name, without its weight.
  Loss& plus(const char* name, Var term, Scalar weight = 1) {
    total = weight == 1 ? total + term : total + weight * term;
    return with(name, term);
  }
};

}}  // namespace hourglass
