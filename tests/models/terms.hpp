#pragma once

#include <gtest/gtest.h>

#include <string>

#include "hourglass/nn/losses.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

/// The value of a loss's term of this name.
inline double term(const Loss& loss, const std::string& name) {
  for (std::size_t i = 0; i < loss.term_count; ++i)
    if (loss.terms[i].name == name) return loss.terms[i].value.item();
  ADD_FAILURE() << "no term " << name;
  return 0;
}

}  // namespace hourglass::testing
