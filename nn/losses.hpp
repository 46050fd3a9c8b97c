#pragma once

#include <array>
#include <cstddef>

#include "autograd/operations.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

// How a loss is reduced is a type, so that nothing is summed or averaged silently:
//
//     Var loss = squared_error<PerExample>(prediction, target);
//
// For a Bernoulli likelihood PerExample is "nats per image", for squared error "squared error per
// image" and PerElement is "squared error per pixel".

/// Summed over each example's elements, averaged over the batch: one number.
struct PerExample {
  static Var reduce(Var each, std::size_t) { return mean(each); }
};
/// Averaged over all elements of all examples: one number.
struct PerElement {
  static Var reduce(Var each, std::size_t elements) {
    return mean(each) / static_cast<Scalar>(elements);
  }
};
/// Summed over each example's elements and no further: (B), one number an example.
struct EachExample {
  static Var reduce(Var each, std::size_t) { return each; }
};

/// Σ (x − t)², reduced                x, t: (B, N)
template <class Reduction>
Var squared_error(Var prediction, Var target) {
  return Reduction::reduce(squared_error(prediction, target), prediction.shape()[1]);
}

/// −Σ t ln σ(z) + (1 − t) ln(1 − σ(z)), reduced; in nats       z (logits), t: (B, N)
template <class Reduction>
Var binary_cross_entropy(Var logits, Var target) {
  return Reduction::reduce(binary_cross_entropy(logits, target), logits.shape()[1]);
}

/// What a model minimises, and the named parts that it is made of (for a table, a curve, a
/// warning).
struct Loss {
  struct Part {
    const char* name = nullptr;
    Var value;
  };

  Var total;
  std::array<Part, 6> parts{};  // in place, since a training step allocates nothing
  std::size_t part_count = 0;

  Loss() = default;
  explicit Loss(Var total) : total(total) {}
  Loss& with(const char* name, Var value) {
    parts.at(part_count++) = {name, value};
    return *this;
  }
};

}  // namespace hourglass::inline HOURGLASS_PRECISION
