#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/tools/watch.hpp"
#include "tests/autograd/registry/registry.hpp"

namespace hourglass::testing { namespace {

/// The case's program on a tape that checks, forward and backward from ones.
void run_with_checks(const Case& of) {
  Tape tape;
  watch(tape, {.check_finite = true});
  std::deque<Parameter> parameters;
  Vars inputs;
  for (const Tensor& input : of.inputs) {
    parameters.emplace_back(input.shape()).value = input;
    inputs.push_back(tape.parameter(parameters.back()));
  }
  const Var y = of.compute(inputs);
  tape.end_forward();
  if (y.needs_grad()) tape.backward(y, filled(y.shape(), 1));
}

/// The largest of no elements, and the logarithm of their sum, is −∞ as it should be.
bool is_empty(const Case& of) {
  return std::any_of(of.inputs.begin(), of.inputs.end(),
                     [](const Tensor& input) { return input.size() == 0; });
}

// Nothing false is said of any operation: each one computes a value whole before it records the
// next.
TEST(CheckFinite, FindsNoFaultInAnyCaseOfTheRegistry) {
  for (const Case& each : registry()) {
    if (is_empty(each)) continue;
    try {
      run_with_checks(each);
    } catch (const NonFiniteError& error) {
      ADD_FAILURE() << each.operation << " " << each.name << ": " << error.what();
    }
  }
}

}  // namespace
}  // namespace hourglass::testing
