#pragma once

#include "tests/autograd/registry/outcome.hpp"
#include "tests/autograd/registry/registry.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

/// Each case's value and gradients. What includes neither precision's headers may declare this
/// itself, for both.
std::vector<Outcome> evaluate_registry();
/// The same of the cases of special values.
std::vector<Outcome> evaluate_special_cases();

}  // namespace hourglass::testing
