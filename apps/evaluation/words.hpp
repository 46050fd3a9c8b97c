#pragma once

#include <string>

#include "hourglass/nn/training/progress.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// "1 picture", "2,000 pictures"
inline std::string counted(std::size_t count, const std::string& noun) {
  return thousands(count) + " " + noun + (count == 1 ? "" : "s");
}

}}  // namespace hourglass
