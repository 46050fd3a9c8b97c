#pragma once

#include <filesystem>
#include <string_view>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Writes `contents` to `file` so that at every moment `file` is either as it was or complete: to a
/// temporary file in the same folder, flushed to the disk, then renamed over `file`. Creates the
/// folder if it is missing. Throws Error naming the file and the system's reason, and leaves no
/// temporary file behind.
void write_atomically(const std::filesystem::path& file, std::string_view contents);

}}  // namespace hourglass
