#pragma once

#include <gtest/gtest.h>

#include <string>

#include "hourglass/nn/losses.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

/// The value of a loss's part of this name.
inline double part(const Loss& loss, const std::string& name) {
  for (std::size_t i = 0; i < loss.part_count; ++i)
    if (loss.parts[i].name == name) return loss.parts[i].value.item();
  ADD_FAILURE() << "no part " << name;
  return 0;
}

}  // namespace hourglass::testing
