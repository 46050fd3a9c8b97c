#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What a file holds that upright rows of 8 bits of grey, or of red, green and blue, do not: it was
/// lost in reading.
struct PictureLosses {
  bool depth = false;        ///< 16 bits per channel, of which the upper 8 were read
  bool alpha = false;        ///< an alpha channel, or a transparent colour …
  bool transparent = false;  ///< … and pixels that are not opaque, which were composited on black
  bool cmyk = false;         ///< four inks, which became red, green and blue
  bool animation = false;    ///< more pictures after the first, which was read
  bool turned = false;       ///< an EXIF orientation, by which the picture was turned upright
};

/// A decoded picture: bytes row by row, its channels (1: grey, 3: red, green, blue) innermost.
struct PictureFile {
  std::size_t width = 0, height = 0, channels = 1;
  std::vector<std::uint8_t> pixels = {};
  PictureLosses lost = {};
};

/// Whether these first bytes of a file are those of a PNG or a JPEG picture.
bool is_picture_file(std::string_view first_bytes);

/// Decodes a PNG or JPEG file, recognised by its first bytes, with libpng or libjpeg. There is no
/// colour management: gamma and colour profiles are ignored, and numbers are what the file holds,
/// as in OpenCV and Pillow. Of 16 bits the upper 8 are read, a palette becomes its colours, fewer
/// than 8 bits of grey become 0 to 255 (as 255 v / (2^bits − 1)). Transparency is composited on
/// black: round(v α / 255). CMYK becomes RGB as in Pillow, by inks that absorb independently. A
/// picture with an EXIF orientation is turned upright. Its size, at most 16384 × 16384, is
/// checked before anything is allocated. Throws DataError naming the file.
PictureFile read_picture_file(const std::filesystem::path& file);

/// The same from a file's bytes; `file` is its name.
PictureFile decode_picture(const std::string& bytes, const std::filesystem::path& file);

/// The picture as the bytes of a JPEG file, at a quality from 1 to 100. Throws Error.
std::string encode_jpeg(const PictureFile& picture, int quality);

/// The picture as the bytes of a PNG file.
std::string encode_png(const PictureFile& picture);

}}  // namespace hourglass
