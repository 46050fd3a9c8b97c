// The float build beside the double one, in one program: values and gradients of every case of the
// registry, from the same numbers.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "tests/autograd/registry/outcome.hpp"

// Neither precision's headers are included here; each has this function.
namespace hourglass::f32::testing {
std::vector<Outcome> evaluate_registry();
}
namespace hourglass::f64::testing {
std::vector<Outcome> evaluate_registry();
}

namespace hourglass { namespace {

/// The largest difference of two tensors, by the largest of the numbers that should be there.
double difference(const NumbersOf& got, const NumbersOf& expected) {
  double worst = 0, largest = 0;
  for (std::size_t i = 0; i < expected.numbers.size(); ++i) {
    const double distance = std::abs(got.numbers[i] - expected.numbers[i]);
    if (!(distance <= worst)) worst = distance;
    largest = std::max(largest, std::abs(expected.numbers[i]));
  }
  return worst == 0 ? 0 : worst / largest;
}

/// What is allowed: some thirty roundings of 2⁻²⁴, and for some operations more.
double bound(const std::string& operation) {
  static const std::map<std::string, double> wider = {
      // Large cases add up 1,031 terms one after the other.
      {"softmax", 1e-5},
      {"log_softmax", 1e-5},
      // So do these for the gradient of the weight, whose terms have both signs.
      {"batch_norm", 5e-6},
  };
  const auto found = wider.find(operation);
  return found == wider.end() ? 2e-6 : found->second;
}

TEST(Precisions, Agree) {
  const std::vector<Outcome> singles = f32::testing::evaluate_registry(),
                             doubles = f64::testing::evaluate_registry();
  ASSERT_EQ(singles.size(), doubles.size());
  std::map<std::string, double> worst;
  for (std::size_t i = 0; i < singles.size(); ++i) {
    const Outcome &got = singles[i], &expected = doubles[i];
    const std::string name = expected.operation + " " + expected.name;
    ASSERT_EQ(got.operation + " " + got.name, name);
    const auto compare = [&](const std::string& what, const NumbersOf& got,
                             const NumbersOf& expected, double allowed) {
      EXPECT_EQ(got.shape, expected.shape) << name << ": " << what;
      if (got.shape != expected.shape) return 0.0;
      const double found = difference(got, expected);
      EXPECT_LE(found, allowed) << name << ": " << what;
      return found;
    };
    const double allowed = bound(expected.operation);
    double& worst_of = worst[expected.operation];
    for (std::size_t input = 0; input < got.inputs.size(); ++input)
      compare(fmt::format("input {}", input), got.inputs[input], expected.inputs[input], 0);
    worst_of = std::max(worst_of, compare("value", got.value, expected.value, allowed));
    for (std::size_t input = 0; input < got.inputs.size(); ++input)
      worst_of =
          std::max(worst_of, compare(fmt::format("gradient of input {}", input),
                                     got.gradients[input], expected.gradients[input], allowed));
  }
  for (const auto& [operation, found] : worst) fmt::print("{:<40} {:.1e}\n", operation, found);
}

}  // namespace
}  // namespace hourglass
