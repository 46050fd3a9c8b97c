#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// One of the independent factors that examples were generated from, such as size or position: what
/// an unsupervised code may or may not hold in a dimension of its own.
struct KnownFactor {
  std::string name;
  std::size_t choices;                    ///< its values are 0, 1, …, choices − 1
  std::vector<std::uint8_t> values = {};  ///< one for each example
};

}}  // namespace hourglass
