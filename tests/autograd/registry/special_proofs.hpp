#pragma once

#include <string>
#include <vector>

namespace hourglass {

/// What one operation does at special values: "" or the first thing that is wrong.
struct SpecialFinding {
  std::string operation, failure;
};

}  // namespace hourglass
