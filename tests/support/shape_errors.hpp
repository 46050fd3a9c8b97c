#pragma once

#include <gtest/gtest.h>

#include <string>

#include "hourglass/autograd/tape.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

/// For the texts of ShapeErrors: values that are only shapes, inside a module at `path`.
class ErrorsInModule : public ::testing::Test {
 protected:
  explicit ErrorsInModule(std::string path) : path_(std::move(path)) {}

  Var value(const Shape& shape) { return tape.constant(filled(shape)); }

  template <class Action>
  std::string message(Action action) {
    return message_of<ShapeError>(action);
  }

  Tape tape;

 private:
  const std::string path_;
  ModuleScope scope_{tape.context(), path_};
};

}  // namespace hourglass::testing
