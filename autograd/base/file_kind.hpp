#pragma once

#include <string>
#include <string_view>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What a file that is not what it was taken for seems to be, by its first bytes, and what would
/// do: "a GIF picture: convert it to PNG". Empty where nothing is known. Every reader asks it before
/// it calls a file damaged. A few thousand bytes tell most; 300 tell all but which archive it is.
std::string file_kind(std::string_view bytes);

}}  // namespace hourglass
