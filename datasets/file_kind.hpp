#pragma once

#include <string>
#include <string_view>

namespace hourglass {

/// What a file that is not what it was taken for seems to be, by its first bytes, and what would
/// do: "a GIF picture: convert it to PNG". Empty where nothing is known.
std::string file_kind(std::string_view bytes);

}  // namespace hourglass
