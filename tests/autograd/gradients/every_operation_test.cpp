// Every proof for every operation.

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <tuple>

#include "tests/autograd/registry/proofs.hpp"

namespace hourglass::testing { namespace {

std::set<std::string> operations() {
  std::set<std::string> names;
  for (const Case& of : registry()) names.insert(of.operation);
  return names;
}

/// "operator_plus": what a test may be called.
std::string test_name(const std::string& operation) {
  static const std::map<std::string, std::string> operators = {{"operator+", "operator_plus"},
                                                               {"operator-", "operator_minus"},
                                                               {"operator*", "operator_times"},
                                                               {"operator/", "operator_by"}};
  const auto found = operators.find(operation);
  return found == operators.end() ? operation : found->second;
}

class EveryOperation : public ::testing::TestWithParam<std::tuple<std::string, Proof>> {};

TEST_P(EveryOperation, Is) {
  const auto& [operation, proof] = GetParam();
  for (const Case& of : registry()) {
    if (of.operation != operation) continue;
    EXPECT_EQ(proof.check(of).failure, "") << of.operation << " " << of.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Proven, EveryOperation,
                         ::testing::Combine(::testing::ValuesIn(operations()),
                                            ::testing::ValuesIn(proofs())),
                         [](const auto& info) {
                           return test_name(std::get<0>(info.param)) + "_" +
                                  std::get<1>(info.param).name;
                         });

}  // namespace
}  // namespace hourglass::testing
