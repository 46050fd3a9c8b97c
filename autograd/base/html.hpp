#pragma once

#include <string>
#include <string_view>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The text with the characters that HTML gives a meaning replaced, fit for an element's content
/// and for an attribute in quotes. Control characters other than tab and newline are left out.
std::string escape_html(std::string_view text);

}}  // namespace hourglass
