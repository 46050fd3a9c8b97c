#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hourglass/drawing/pictures.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// What a PNG file can say besides its pixels. A PNG file is a signature and then chunks, each of
// them a length, a type of four letters, data and a checksum (W3C, "Portable Network Graphics
// (PNG) Specification, Third Edition", 2025, which has animations too). Encoders that Debian has
// write one picture; the chunks around it are few enough to be written here.

/// One chunk: its type, such as "IDAT", and its data.
struct PngChunk {
  std::string type, data;
};
/// The chunks of a PNG file that an encoder of ours has made. Throws Error where it is none.
std::vector<PngChunk> png_chunks(std::string_view file);
/// The file of these chunks.
std::string png_file(const std::vector<PngChunk>& chunks);

/// The same picture with its size on paper: so many pixels an inch (chunk pHYs).
std::string with_resolution(std::string_view png, double pixels_per_inch);

/// An animation that repeats for ever, each picture shown for so many milliseconds: an animated
/// PNG, which every browser shows and what knows no animations shows as the first picture. Throws
/// ShapeError for no pictures, or pictures of different sizes.
std::string to_animated_png(const std::vector<Picture>& pictures, std::uint16_t milliseconds);

}}  // namespace hourglass
