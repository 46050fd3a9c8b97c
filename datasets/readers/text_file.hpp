#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The byte order mark that some programs begin UTF-8 with.
constexpr std::string_view utf8_mark = "\xef\xbb\xbf";

/// A text as UTF-8, its lines ended by a line feed (perhaps after a carriage return), without a
/// byte order mark.
struct TextFile {
  std::string text;
  std::string encoding = {};  ///< what it was converted from; empty: it is UTF-8
  bool had_mark = false;      ///< whether it was UTF-8 with a byte order mark
};

/// Reads a text file. UTF-16 and UTF-32 (recognised by their byte order mark, or by the bytes that
/// are zero) and Windows-1252, of which Latin-1 is a part, are converted to UTF-8. DOS's end mark
/// is taken away.
/// Throws DataError, which names the line and byte, for a text that is none of these or that mixes
/// them, and says what the file is if it is not text at all.
TextFile read_text_file(const std::filesystem::path& file);

}}  // namespace hourglass
