#pragma once

#include <filesystem>
#include <string_view>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Writes `contents` to `file` so that at every moment `file` is either as it was or complete: to a
/// temporary file in the same folder, flushed to the disk, then renamed over `file`. Creates the
/// folder if it is missing. Where `file` is a link, what it leads to is replaced; a stream is written
/// to as it is. Throws Error naming the file and the system's reason, and leaves no temporary file
/// behind.
void write_atomically(const std::filesystem::path& file, std::string_view contents);

/// Whether bytes that are written there go on and are not kept in a file that could be replaced: a
/// pipe, a terminal, a device, what /dev/stdout stands for.
bool is_stream(const std::filesystem::path& file);

}}  // namespace hourglass
