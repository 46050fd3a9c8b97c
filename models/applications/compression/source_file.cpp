#include "models/applications/compression/source_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>

#include "autograd/error.hpp"
#include "datasets/idx.hpp"
#include "datasets/npy.hpp"
#include "datasets/picture_file.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& origin, const std::string& fault) {
  throw DataError(fmt::format("{}: {}", origin, fault));
}

std::vector<std::uint64_t> to_shape(const std::vector<std::size_t>& sizes) {
  return {sizes.begin(), sizes.end()};
}

/// The first bytes of a file, or all where it has fewer.
std::string first_bytes(const fs::path& file, std::size_t count) {
  std::ifstream in(file, std::ios::binary);
  std::string bytes(count, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(count));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

SourceFile read_npy_source(const fs::path& file) {
  NpyArray array = read_npy(file, NpyBytes::pixels);
  // The numbers stand at the end of the file, each in as many bytes as its type has.
  const std::size_t size = fs::file_size(file), numbers = array.bytes.size();
  const std::string head = first_bytes(file, std::min<std::size_t>(size, 1 << 16));
  SourceFile source{SourceKind::npy, to_shape(array.shape), "", std::move(array.bytes)};
  source.as_it_was =
      head.find("'|u1'") != std::string::npos || head.find("'<u1'") != std::string::npos;
  source.header = source.as_it_was ? head.substr(0, size - numbers) : npy_header(array.shape);
  return source;
}

std::string idx_header(const std::vector<std::uint64_t>& shape) {
  std::string header = {0, 0, 8, static_cast<char>(shape.size())};
  for (std::uint64_t size : shape)
    for (int shift = 24; shift >= 0; shift -= 8) header += static_cast<char>(size >> shift);
  return header;
}

/// How many tiles of this shape make up a picture of (height, width, channels).
std::size_t tiles(const std::vector<std::uint64_t>& picture, const Shape& tile,
                  const std::string& origin) {
  if (picture.size() != 3 || tile.size() != 3 || picture[2] != tile[0] ||
      picture[0] % tile[1] != 0 || picture[1] % tile[2] != 0 || picture[0] == 0 || picture[1] == 0)
    fail(origin,
         fmt::format("a picture of (height, width, channels) ({}) is not made of tiles of {} "
                     "(channels, height, width), which the model knows",
                     fmt::join(picture, ", "), to_text(tile)));
  return picture[0] / tile[1] * (picture[1] / tile[2]);
}

/// Calls visit(place in the picture, place among the examples) for each byte.
template <class Visit>
void for_each_pixel(const SourceFile& source, const Shape& tile, const Visit& visit) {
  const std::size_t height = source.shape[0], width = source.shape[1], channels = source.shape[2];
  const std::size_t across = width / tile[2], plane = tile[1] * tile[2];
  for (std::size_t y = 0; y < height; ++y)
    for (std::size_t x = 0; x < width; ++x)
      for (std::size_t c = 0; c < channels; ++c) {
        const std::size_t number = y / tile[1] * across + x / tile[2];
        visit((y * width + x) * channels + c,
              (number * channels + c) * plane + y % tile[1] * tile[2] + x % tile[2]);
      }
}

}  // namespace

std::size_t SourceFile::examples_of(const Shape& example_shape, const std::string& origin) const {
  const std::size_t features = element_count(example_shape);
  if (kind == SourceKind::picture) return tiles(shape, example_shape, origin);
  if (shape.empty()) fail(origin, "its array has no axes");
  std::uint64_t of_one = 1;
  for (std::size_t axis = 1; axis < shape.size(); ++axis) of_one *= shape[axis];
  if (of_one == features) return shape[0];
  if (of_one * shape[0] == features && shape.size() > 1)
    return 1;  // one example, without an axis to count it
  fail(origin, fmt::format("its array of ({}) holds no examples of {}, which the model knows",
                           fmt::join(shape, ", "), to_text(example_shape)));
}

SourceFile read_source(const fs::path& file) {
  if (is_picture_file(first_bytes(file, 8))) {
    PictureFile picture = read_picture_file(file);
    return {SourceKind::picture,
            {picture.height, picture.width, picture.channels},
            "",
            std::move(picture.pixels)};
  }
  if (first_bytes(file, 6) == "\x93NUMPY") return read_npy_source(file);
  IdxArray array = read_idx(file);
  return {SourceKind::idx, to_shape(array.shape), "", std::move(array.bytes)};
}

std::string to_bytes(const SourceFile& source) {
  if (source.kind == SourceKind::picture)
    return encode_png({source.shape[1], source.shape[0], source.shape[2], source.bytes});
  std::string file = source.kind == SourceKind::idx ? idx_header(source.shape) : source.header;
  return file.append(reinterpret_cast<const char*>(source.bytes.data()), source.bytes.size());
}

std::vector<std::uint8_t> to_examples(const SourceFile& source, const Shape& example_shape) {
  if (source.kind != SourceKind::picture) return source.bytes;
  std::vector<std::uint8_t> examples(source.bytes.size());
  for_each_pixel(source, example_shape, [&](std::size_t in_picture, std::size_t in_examples) {
    examples[in_examples] = source.bytes[in_picture];
  });
  return examples;
}

std::vector<std::uint8_t> from_examples(const std::vector<std::uint8_t>& examples,
                                        const SourceFile& source, const Shape& example_shape) {
  if (source.kind != SourceKind::picture) return examples;
  std::vector<std::uint8_t> picture(examples.size());
  for_each_pixel(source, example_shape, [&](std::size_t in_picture, std::size_t in_examples) {
    picture[in_picture] = examples[in_examples];
  });
  return picture;
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
