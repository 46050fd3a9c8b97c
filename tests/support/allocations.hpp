#pragma once

#include <cstddef>

#include "autograd/base/precision.hpp"

namespace hourglass::inline HOURGLASS_PRECISION::testing {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool counts_allocations = false;  // AddressSanitizer has replaced malloc already
#else
constexpr bool counts_allocations = true;
#endif

/// How many blocks of memory all threads have asked for, by malloc and all its relatives.
std::size_t allocations();

}  // namespace hourglass::inline HOURGLASS_PRECISION::testing
