#pragma once

#include <string>

#include "hourglass/autograd/tools/inspect.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A step as one HTML page that needs nothing beside it: its sums, its time by operation, and a
/// table of the tape that can be sorted. `note` is a sentence on how it was measured.
std::string to_html(const Step& step, const std::string& title, const std::string& note = "");

}}  // namespace hourglass
