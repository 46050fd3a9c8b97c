#pragma once

#include <cstdint>

#include "hourglass/datasets/dataset.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A number that differs if the examples differ: in shape, count, order, values (of a table: as they
/// were read, before they are scaled) or labels, but not in name. By CRC-32, so it detects files that
/// were changed, not files that were forged.
std::uint64_t fingerprint_of(const Dataset& data);

}}  // namespace hourglass
