#pragma once

#include <functional>
#include <string>
#include <vector>

#include "autograd/tape.hpp"

namespace hourglass::testing {

/// One call of an operation whose gradient is checked. A new operation gets its cases in cases.cpp;
/// a test fails where one of autograd/operations.hpp has none.
struct GradientCase {
  std::string operation;  ///< as operations.hpp names it: "add", "operator+"
  std::string name;       ///< "a_2x3_b_3": what is particular about this call
  std::vector<Tensor> inputs;
  std::function<Var(const std::vector<Var>&)> compute;
};

const std::vector<GradientCase>& gradient_cases();

}  // namespace hourglass::testing
