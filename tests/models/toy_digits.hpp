#pragma once

#include <vector>

#include "hourglass/datasets/dataset.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

/// All 2^F examples of F pixels that are 0 or 1.
inline Dataset all_binary_examples(std::size_t features) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < (std::size_t(1) << features); ++i)
    for (std::size_t k = 0; k < features; ++k) bytes.push_back((i >> k & 1) ? 255 : 0);
  return {"all of " + std::to_string(features), {features}, bytes};
}

}  // namespace hourglass::testing
