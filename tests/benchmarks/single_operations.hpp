#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// One operation, forward and backward with the gradients of all its inputs (or one step of Adam).
struct SingleOperation {
  std::string name;     ///< for people
  nlohmann::json peer;  ///< what peer.py needs to do the same
  /// Makes the inputs, and returns what runs it once.
  std::function<std::function<void()>()> prepare;
};

std::vector<SingleOperation> single_operations();

}}  // namespace hourglass
