#pragma once

#include "hourglass/datasets/dataset.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// How many of the examples are equal to one of `known` in every number (compared by 64-bit
/// hashes). Examples of another size are equal to none.
std::size_t count_duplicates(const Dataset& examples, const Dataset& known);

}}  // namespace hourglass
