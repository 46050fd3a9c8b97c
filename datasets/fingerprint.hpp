#pragma once

#include <cstdint>

#include "hourglass/datasets/dataset.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A number that is another for other examples: their shape, count, order, values and labels, but
/// not their name. By CRC-32, so it tells files that were changed, not files that were forged.
std::uint64_t fingerprint_of(const Dataset& data);

}}  // namespace hourglass
