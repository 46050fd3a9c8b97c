#include "datasets/picture_file.hpp"

#include <fmt/format.h>
#include <png.h>
#include <turbojpeg.h>

#include <fstream>
#include <memory>
#include <sstream>

#include "autograd/error.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view png_start("\x89PNG\r\n\x1a\n", 8), jpeg_start("\xff\xd8\xff", 3);
constexpr std::string_view png_end("IEND\xae\x42\x60\x82", 8);  // the end mark and its checksum
constexpr std::size_t longest_side = 16384, most_pixels = std::size_t{1} << 27;

[[noreturn]] void fail(const fs::path& file, const std::string& fault) {
  throw DataError(fmt::format("{}: {}", file.string(), fault));
}

std::string read_bytes(const fs::path& file) {
  std::error_code reason;
  const auto size = fs::file_size(file, reason);  // fails for directories and pipes too
  if (reason) fail(file, fmt::format("cannot be read: {}", reason.message()));
  std::string bytes(size, '\0');
  std::ifstream in(file, std::ios::binary);
  if (!in.read(bytes.data(), static_cast<std::streamsize>(size))) fail(file, "cannot be read");
  return bytes;
}

PictureFile sized(const fs::path& file, std::size_t width, std::size_t height,
                  std::size_t channels) {
  if (width == 0 || height == 0 || width > longest_side || height > longest_side ||
      width * height > most_pixels)
    fail(file, fmt::format("it is {} × {} pixels large, more than is read", width, height));
  return {width, height, channels, std::vector<std::uint8_t>(width * height * channels)};
}

PictureFile decode_png(const fs::path& file, const std::string& bytes) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (bytes.find(png_end) == std::string::npos)
    fail(file, "damaged PNG file: it is cut off, without its end mark");
  const std::unique_ptr<png_image, void (*)(png_image*)> free(&image, png_image_free);
  const auto check = [&](int ok) {
    if (!ok || PNG_IMAGE_FAILED(image))
      fail(file, fmt::format("damaged PNG file: {}", static_cast<const char*>(image.message)));
  };
  check(png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()));
  const bool colour = image.format & PNG_FORMAT_FLAG_COLOR;
  image.format = colour ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  PictureFile picture = sized(file, image.width, image.height, colour ? 3 : 1);
  const png_color black{0, 0, 0};
  check(png_image_finish_read(&image, &black, picture.pixels.data(), 0, nullptr));
  return picture;
}

PictureFile decode_jpeg(const fs::path& file, const std::string& bytes) {
  const std::unique_ptr<void, int (*)(void*)> decoder(tjInitDecompress(), tjDestroy);
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  int width = 0, height = 0, sampling = 0, space = 0;
  const auto check = [&](int code) {
    if (code != 0) fail(file, fmt::format("damaged JPEG file: {}", tjGetErrorStr2(decoder.get())));
  };
  check(tjDecompressHeader3(decoder.get(), data, bytes.size(), &width, &height, &sampling, &space));
  const bool colour = space != TJCS_GRAY;
  PictureFile picture = sized(file, static_cast<std::size_t>(width),
                              static_cast<std::size_t>(height), colour ? 3 : 1);
  check(tjDecompress2(decoder.get(), data, bytes.size(), picture.pixels.data(), width, 0, height,
                      colour ? TJPF_RGB : TJPF_GRAY, TJFLAG_ACCURATEDCT));
  return picture;
}

}  // namespace

bool is_picture_file(std::string_view first_bytes) {
  return first_bytes.starts_with(png_start) || first_bytes.starts_with(jpeg_start);
}

std::string encode_png(const PictureFile& picture) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(picture.width);
  image.height = static_cast<png_uint_32>(picture.height);
  image.format = picture.channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  std::string bytes(PNG_IMAGE_PNG_SIZE_MAX(image), '\0');
  png_alloc_size_t size = bytes.size();
  if (!png_image_write_to_memory(&image, bytes.data(), &size, 0, picture.pixels.data(), 0, nullptr))
    throw Error(
        fmt::format("a PNG file cannot be made: {}", static_cast<const char*>(image.message)));
  bytes.resize(size);
  return bytes;
}

std::string encode_jpeg(const PictureFile& picture, int quality) {
  const std::unique_ptr<void, int (*)(void*)> encoder(tjInitCompress(), tjDestroy);
  const bool colour = picture.channels == 3;
  unsigned char* data = nullptr;
  unsigned long size = 0;
  const int code =
      tjCompress2(encoder.get(), picture.pixels.data(), static_cast<int>(picture.width), 0,
                  static_cast<int>(picture.height), colour ? TJPF_RGB : TJPF_GRAY, &data, &size,
                  colour ? TJSAMP_420 : TJSAMP_GRAY, quality, TJFLAG_ACCURATEDCT);
  const std::unique_ptr<unsigned char, void (*)(unsigned char*)> owner(data, tjFree);
  if (code != 0)
    throw Error(fmt::format("a JPEG file cannot be made: {}", tjGetErrorStr2(encoder.get())));
  return {reinterpret_cast<const char*>(data), size};
}

PictureFile read_picture_file(const fs::path& file) {
  return decode_picture(read_bytes(file), file);
}

PictureFile decode_picture(const std::string& bytes, const fs::path& file) {
  if (bytes.starts_with(png_start)) return decode_png(file, bytes);
  if (bytes.starts_with(jpeg_start)) return decode_jpeg(file, bytes);
  fail(file, "it is neither a PNG nor a JPEG file");
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
