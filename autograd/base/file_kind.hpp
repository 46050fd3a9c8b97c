#pragma once

#include <string>
#include <string_view>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What a file seems to be, by its first bytes, if it is not what it was taken for, and what would
/// work: "a GIF picture: convert it to PNG". Empty if unknown. Every reader asks this before it
/// calls a file damaged. A few thousand bytes tell most; 300 tell all but which archive it is.
std::string file_kind(std::string_view bytes);

}}  // namespace hourglass
