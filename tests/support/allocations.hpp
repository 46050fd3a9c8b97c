#pragma once

#include <cstddef>

#include "autograd/base/precision.hpp"

namespace hourglass::inline HOURGLASS_PRECISION::testing {

/// How many blocks of memory all threads have asked for, by malloc and all its relatives.
std::size_t allocations();

}  // namespace hourglass::inline HOURGLASS_PRECISION::testing
