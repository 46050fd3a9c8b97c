#pragma once

#include <cstddef>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

/// How many blocks of memory all threads have asked for, by malloc and all its relatives.
std::size_t allocations();

}  // namespace hourglass::testing
