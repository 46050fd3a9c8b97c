#pragma once

#include <string>
#include <string_view>

#include "hourglass/datasets/readers/picture_file.hpp"

// What picture_file.cpp is made of: a file for each format, and what they share.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A picture and how it has to be turned: an EXIF orientation, from 1 (upright) to 8.
struct DecodedPicture {
  PictureFile picture;
  int orientation = 1;
};
DecodedPicture decode_png(const std::filesystem::path& file, const std::string& bytes);
DecodedPicture decode_jpeg(const std::filesystem::path& file, const std::string& bytes);

/// A picture of this size with pixels of 0. Throws DataError if it is larger than the limit.
PictureFile blank_picture(const std::filesystem::path& file, std::size_t width, std::size_t height,
                          std::size_t channels);

/// The orientation in EXIF data (with or without "Exif\0\0" in front): 1 if there is none, or if
/// the data are damaged, which is no reason to refuse a picture.
int exif_orientation(std::string_view exif);

/// The picture turned and mirrored so that its first row is at the top and its first column on the
/// left (CIPA DC-008, "Exchangeable image file format", tag Orientation).
PictureFile upright(PictureFile picture, int orientation);

[[noreturn]] void fail_picture(const std::filesystem::path& file, const std::string& fault);

}}  // namespace hourglass
