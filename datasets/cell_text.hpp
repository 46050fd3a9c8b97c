#pragma once

#include <string>
#include <string_view>

#include "hourglass/autograd/base/precision.hpp"

// Texts from a user's file: which of them are one value, and how a message shows them.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The same text for all spellings of a value: "1" for 1, 1.0 and +1, "true" for TRUE and True.
/// Whatever else is written, and what has leading zeros, such as 01, is a text of its own.
std::string value_key(std::string_view text);

/// Whether leading zeros make a code of a number, as in 007.
bool has_leading_zeros(std::string_view text);

/// A text in one line that a terminal prints as it is: control characters (but none of UTF-8's
/// longer sequences) are written as in C, with a backslash.
std::string printable(std::string_view text);

/// The same, and the text is cut after some forty bytes, but not inside a character.
std::string shown(std::string_view text);

}}  // namespace hourglass
