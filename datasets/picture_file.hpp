#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "autograd/precision.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

/// A decoded picture: bytes row by row, its channels (1: grey, 3: red, green, blue) innermost.
struct PictureFile {
  std::size_t width = 0, height = 0, channels = 1;
  std::vector<std::uint8_t> pixels = {};
};

/// Whether these first bytes of a file are those of a PNG or a JPEG picture.
bool is_picture_file(std::string_view first_bytes);

/// Decodes a PNG or JPEG file, told by its first bytes, by libpng and libjpeg-turbo. Transparency
/// is laid on black, 16 bits become 8, a palette its colours. Its size, at most 16384 × 16384, is
/// checked before anything is allocated. Throws DataError naming the file.
PictureFile read_picture_file(const std::filesystem::path& file);

/// The same of a file's bytes; `file` is its name.
PictureFile decode_picture(const std::string& bytes, const std::filesystem::path& file);

/// The picture as the bytes of a JPEG file, at a quality from 1 to 100. Throws Error.
std::string encode_jpeg(const PictureFile& picture, int quality);

/// The picture as the bytes of a PNG file.
std::string encode_png(const PictureFile& picture);

}  // namespace hourglass::inline HOURGLASS_PRECISION
