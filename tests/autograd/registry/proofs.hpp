#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "tests/autograd/registry/registry.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

/// What a proof found: "" or what is wrong, and where it compared Jacobians the worst of
/// |got − expected| / max(1, |expected|) over their entries.
struct Finding {
  std::string failure = {};
  double worst = 0;
};

/// Something that holds for each case of each operation.
struct Proof {
  const char* name;  ///< "HasTheJacobianOfCentralDifferences": how tests and reports call it
  Finding (*check)(const Case& of);
};
/// What gtest prints of a test's parameter.
inline void PrintTo(const Proof& proof, std::ostream* out) {
  *out << proof.name;
}

/// All of them. For the double build.
const std::vector<Proof>& proofs();

}  // namespace hourglass::testing
