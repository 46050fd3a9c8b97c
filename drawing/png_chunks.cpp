#include "hourglass/drawing/png_chunks.hpp"

#include <zlib.h>

#include <cmath>

#include "hourglass/autograd/base/error.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr std::string_view signature("\x89PNG\r\n\x1a\n", 8);

/// Appends a number, big-endian as all numbers in the format are.
template <class Number>
void append(std::string& bytes, Number number) {
  for (std::size_t shift = 8 * sizeof(Number); shift > 0; shift -= 8)
    bytes += static_cast<char>(number >> (shift - 8) & 0xff);
}

std::uint32_t read_number(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i)
    number = number << 8 | static_cast<unsigned char>(bytes.at(at + i));
  return number;
}

/// fcTL: the next picture's number in the sequence, size, place, time in milliseconds; it replaces
/// the one before it.
PngChunk frame_control(std::uint32_t sequence, const Picture& picture, std::uint16_t milliseconds) {
  std::string data;
  append(data, sequence);
  append(data, static_cast<std::uint32_t>(picture.width));
  append(data, static_cast<std::uint32_t>(picture.height));
  append(data, std::uint64_t{0});  // left, top
  append(data, milliseconds);
  append(data, std::uint16_t{1000});  // per second
  append(data, std::uint16_t{0});     // disposal: none, blending: source
  return {"fcTL", data};
}

}  // namespace

std::vector<PngChunk> png_chunks(std::string_view file) {
  constexpr std::size_t around = 12;  // length, type and checksum
  if (!file.starts_with(signature)) throw Error("png_chunks: this is not a PNG file");
  std::vector<PngChunk> chunks;
  for (std::size_t at = signature.size(); at < file.size();) {
    if (file.size() - at < around || file.size() - at - around < read_number(file, at))
      throw Error("png_chunks: the PNG file is cut off");
    const std::size_t length = read_number(file, at);
    chunks.push_back(
        {std::string(file.substr(at + 4, 4)), std::string(file.substr(at + 8, length))});
    at += around + length;
  }
  return chunks;
}

std::string png_file(const std::vector<PngChunk>& chunks) {
  std::string file(signature);
  for (const PngChunk& chunk : chunks) {
    const std::string body = chunk.type + chunk.data;
    append(file, static_cast<std::uint32_t>(chunk.data.size()));
    file += body;
    append(file, static_cast<std::uint32_t>(
                     crc32_z(0, reinterpret_cast<const unsigned char*>(body.data()), body.size())));
  }
  return file;
}

std::string with_resolution(std::string_view png, double pixels_per_inch) {
  constexpr double inches_per_metre = 1 / 0.0254;
  const auto per_metre =
      static_cast<std::uint32_t>(std::lround(pixels_per_inch * inches_per_metre));
  std::string data;
  append(data, per_metre);
  append(data, per_metre);
  data += '\1';  // the unit is the metre
  std::vector<PngChunk> chunks = png_chunks(png);
  chunks.insert(chunks.begin() + 1, {"pHYs", data});
  return png_file(chunks);
}

std::string to_animated_png(const std::vector<Picture>& pictures, std::uint16_t milliseconds) {
  if (pictures.empty()) throw ShapeError("an animation has one picture at least");
  std::vector<PngChunk> chunks;
  std::uint32_t sequence = 0;
  for (const Picture& picture : pictures) {
    if (picture.width != pictures[0].width || picture.height != pictures[0].height ||
        picture.channels != pictures[0].channels)
      throw ShapeError("the pictures of an animation are of one size");
    const bool first = chunks.empty();
    const std::vector<PngChunk> still = png_chunks(to_png(picture));
    if (first) {
      std::string control;
      append(control, static_cast<std::uint32_t>(pictures.size()));
      append(control, std::uint32_t{0});  // repeated for ever
      chunks = {still.front(), {"acTL", control}};
    }
    chunks.push_back(frame_control(sequence++, picture, milliseconds));
    for (const PngChunk& chunk : still) {
      if (chunk.type != "IDAT") continue;
      if (first) {
        chunks.push_back(chunk);  // what viewers without animations show
        continue;
      }
      std::string data;
      append(data, sequence++);
      chunks.push_back({"fdAT", data + chunk.data});
    }
  }
  chunks.push_back({"IEND", ""});
  return png_file(chunks);
}

}}  // namespace hourglass
