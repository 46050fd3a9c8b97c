#pragma once

#include <zlib.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "hourglass/autograd/base/precision.hpp"

// Bytes of picture files that our own encoders do not write.

namespace hourglass::HOURGLASS_PRECISION::testing {

inline std::string big_endian(std::uint32_t number, int bytes = 4) {
  std::string text;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    text += static_cast<char>(number >> shift);
  return text;
}

struct PngPart {
  std::string type, data;
};

inline std::string png_part(const PngPart& part) {
  const std::string body = part.type + part.data;
  return big_endian(static_cast<std::uint32_t>(part.data.size())) + body +
         big_endian(static_cast<std::uint32_t>(
             crc32_z(0, reinterpret_cast<const Bytef*>(body.data()), body.size())));
}

/// A PNG file of one row, with other parts before its pixels.
inline std::string png_of_row(int width, int depth, int colour_type, const std::string& row,
                              const std::vector<PngPart>& parts, bool interlaced = false) {
  const std::string line = '\0' + row;  // the row's filter: none
  std::string packed(compressBound(line.size()), '\0');
  uLongf size = packed.size();
  if (::compress(reinterpret_cast<Bytef*>(packed.data()), &size,
                 reinterpret_cast<const Bytef*>(line.data()), line.size()) != Z_OK)
    throw std::runtime_error("compress");
  packed.resize(size);
  std::string file("\x89PNG\r\n\x1a\n", 8);
  file += png_part({"IHDR", big_endian(static_cast<std::uint32_t>(width)) + big_endian(1) +
                                static_cast<char>(depth) + static_cast<char>(colour_type) + '\0' +
                                '\0' + (interlaced ? '\1' : '\0')});
  for (const PngPart& part : parts) file += png_part(part);
  return file + png_part({"IDAT", packed}) + png_part({"IEND", ""});
}

/// EXIF data with nothing but an orientation, without "Exif\0\0" in front.
inline std::string exif_of(int orientation, bool big = true) {
  const auto number = [&](std::uint32_t value, int bytes) {
    std::string text = big_endian(value, bytes);
    return big ? text : std::string(text.rbegin(), text.rend());
  };
  return (big ? "MM" : "II") + number(42, 2) + number(8, 4) + number(1, 2) +  // one entry
         number(0x112, 2) + number(3, 2) + number(1, 4) +
         number(static_cast<std::uint32_t>(orientation), 2) + number(0, 2) + number(0, 4);
}

/// The JPEG file with this segment after its start.
inline std::string with_segment(std::string jpeg, char marker, const std::string& data) {
  return jpeg.insert(2, std::string("\xff") + marker +
                            big_endian(static_cast<std::uint32_t>(data.size() + 2), 2) + data);
}

}  // namespace hourglass::testing
