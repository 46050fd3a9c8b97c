#pragma once

#include <deque>

#include "hourglass/autograd/parameter.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Gradients that one thread's tape sums up for itself, so that several tapes, each with a share of
/// the batch, can run backward at once.
class PerThreadGradients {
 public:
  struct Gradient {
    Parameter* parameter;
    Tensor sum;
    bool has_sum = false;
  };

  /// This thread's gradient of the parameter; the reference stays valid.
  Gradient& of(Parameter& parameter);

  /// Adds all of them to the parameters' own gradients, and forgets them.
  void add_to_parameters();

 private:
  std::deque<Gradient> gradients_;
};

}}  // namespace hourglass
