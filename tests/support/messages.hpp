#pragma once

#include <string>

#include "hourglass/autograd/base/error.hpp"

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

/// The message of the `E` that `action` throws; "" where it throws nothing. Anything else that is
/// thrown passes through and fails the test.
template <class E, class Action>
std::string message_of(Action action) {
  try {
    action();
  } catch (const E& error) {
    return error.what();
  }
  return "";
}

// For EXPECT_PRED2, which prints both arguments where the answer is no.
inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}
inline bool starts_with(const std::string& text, const std::string& part) {
  return text.starts_with(part);
}

}  // namespace hourglass::testing
