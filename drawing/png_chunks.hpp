#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hourglass/drawing/pictures.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// What a PNG file can hold besides its pixels. A PNG file is a signature followed by chunks, each
// of them a length, a type of four letters, data and a checksum (W3C, "Portable Network Graphics
// (PNG) Specification, Third Edition", 2025, which includes animations). Debian's encoders write
// a single picture; the chunks around it are few enough to be written here.

/// One chunk: its type, such as "IDAT", and its data.
struct PngChunk {
  std::string type, data;
};
/// The chunks of a PNG file made by one of our encoders. Throws Error if it is not a PNG file.
std::vector<PngChunk> png_chunks(std::string_view file);
/// A PNG file of these chunks.
std::string png_file(const std::vector<PngChunk>& chunks);

/// The same picture with its size on paper, in pixels per inch (chunk pHYs).
std::string with_resolution(std::string_view png, double pixels_per_inch);

/// An animated PNG that repeats for ever, each picture shown for `milliseconds`: every browser
/// plays it, and viewers without animations show the first picture. Throws
/// ShapeError for no pictures, or pictures of different sizes.
std::string to_animated_png(const std::vector<Picture>& pictures, std::uint16_t milliseconds);

}}  // namespace hourglass
