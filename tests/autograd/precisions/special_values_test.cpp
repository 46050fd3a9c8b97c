// Every operation of the registry at zeros, the smallest and the largest numbers, infinities and
// NaN, in both precisions.

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/autograd/registry/special_proofs.hpp"

// Neither precision's headers are included here; each has this function.
namespace hourglass::f32::testing {
std::vector<SpecialFinding> special_findings();
}
namespace hourglass::f64::testing {
std::vector<SpecialFinding> special_findings();
}

namespace hourglass { namespace {

void expect_none(const std::vector<SpecialFinding>& findings) {
  std::map<std::string, int> failures;
  std::set<std::string> operations;
  for (const auto& [operation, failure] : findings) {
    operations.insert(operation);
    if (failure.empty() || ++failures[operation] > 3) continue;
    ADD_FAILURE() << operation << " " << failure;
  }
  for (const auto& [operation, count] : failures)
    if (count > 3) ADD_FAILURE() << operation << " fails in " << count << " cases";
  EXPECT_GE(operations.size(), 80u);
}

TEST(SpecialValues, AreWhatIsDocumentedInFloat) {
  expect_none(f32::testing::special_findings());
}

TEST(SpecialValues, AreWhatIsDocumentedInDouble) {
  expect_none(f64::testing::special_findings());
}

}  // namespace
}  // namespace hourglass
