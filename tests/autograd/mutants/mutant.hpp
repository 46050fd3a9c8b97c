#pragma once

#include <string>
#include <vector>

// A mutant is a seeded fault: an edit of one of the engine's sources, in a copy that the build
// makes (mutate.cpp). All mutants are compiled at once, each behind a test of whether it is the
// active one (mutant schemata: Untch, Offutt & Harrold, ISSTA 1993), so that one build serves all.

namespace hourglass::mutants {

struct Mutant {
  std::string operation, file, title;
};

/// The one whose fault is there; none while null.
inline const Mutant* active = nullptr;

/// All that are linked.
inline std::vector<const Mutant*>& all() {
  static std::vector<const Mutant*> mutants;
  return mutants;
}

/// Enters the mutants of one source into all().
struct Entry {
  template <std::size_t count>
  explicit Entry(const Mutant (&mutants)[count]) {
    for (const Mutant& mutant : mutants) all().push_back(&mutant);
  }
};

}  // namespace hourglass::mutants
