#include "hourglass/datasets/readers/picture_file.hpp"

#include <fmt/format.h>

#include <fstream>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/base/file_hooks.hpp"
#include "hourglass/autograd/base/file_kind.hpp"
#include "hourglass/datasets/readers/picture_formats.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view png_start("\x89PNG\r\n\x1a\n", 8), jpeg_start("\xff\xd8\xff", 3);
constexpr std::size_t longest_side = 16384, most_pixels = std::size_t{1} << 27;

std::string read_bytes(const fs::path& file) {
  note_in_use(file);
  std::error_code reason;
  const auto size = fs::file_size(file, reason);  // fails for directories and pipes too
  if (reason) fail_picture(file, fmt::format("cannot be read: {}", reason.message()));
  std::string bytes(size, '\0');
  std::ifstream in(file, std::ios::binary);
  if (!in.read(bytes.data(), static_cast<std::streamsize>(size)))
    fail_picture(file, "cannot be read");
  return bytes;
}

}  // namespace

void fail_picture(const fs::path& file, const std::string& fault) {
  throw DataError(fmt::format("{}: {}", file.string(), fault));
}

PictureFile blank_picture(const fs::path& file, std::size_t width, std::size_t height,
                          std::size_t channels) {
  if (width == 0 || height == 0 || width > longest_side || height > longest_side ||
      width * height > most_pixels)
    fail_picture(file, fmt::format("it is {} × {} pixels large, more than is read", width, height));
  return {width, height, channels, std::vector<std::uint8_t>(width * height * channels)};
}

PictureFile upright(PictureFile picture, int orientation) {
  if (orientation < 2 || orientation > 8) return picture;
  const bool swapped = orientation >= 5;
  const bool flips_x = orientation == 2 || orientation == 3 || orientation >= 7;
  const bool flips_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  PictureFile turned = picture;
  turned.lost.turned = true;
  if (swapped) std::swap(turned.width, turned.height);
  for (std::size_t y = 0; y < turned.height; ++y)
    for (std::size_t x = 0; x < turned.width; ++x) {
      const std::size_t u = swapped ? y : x, v = swapped ? x : y;
      const std::size_t from = (flips_y ? picture.height - 1 - v : v) * picture.width +
                               (flips_x ? picture.width - 1 - u : u);
      for (std::size_t c = 0; c < picture.channels; ++c)
        turned.pixels[(y * turned.width + x) * picture.channels + c] =
            picture.pixels[from * picture.channels + c];
    }
  return turned;
}

bool is_picture_file(std::string_view first_bytes) {
  return first_bytes.starts_with(png_start) || first_bytes.starts_with(jpeg_start);
}

PictureFile read_picture_file(const fs::path& file) {
  return decode_picture(read_bytes(file), file);
}

PictureFile decode_picture(const std::string& bytes, const fs::path& file) {
  if (!is_picture_file(bytes)) {
    const std::string kind = file_kind(bytes);
    fail_picture(file, kind.empty()
                           ? "it is neither a PNG nor a JPEG file"
                           : fmt::format("it is neither a PNG nor a JPEG file, but {}", kind));
  }
  DecodedPicture decoded =
      bytes.starts_with(png_start) ? decode_png(file, bytes) : decode_jpeg(file, bytes);
  return upright(std::move(decoded.picture), decoded.orientation);
}

}}  // namespace hourglass
