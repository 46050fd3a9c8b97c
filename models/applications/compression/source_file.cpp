#include "hourglass/models/applications/compression/source_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/base/file_hooks.hpp"
#include "hourglass/datasets/readers/idx.hpp"
#include "hourglass/datasets/readers/npy.hpp"
#include "hourglass/datasets/readers/picture_file.hpp"
#include "hourglass/datasets/readers/picture_folder.hpp"
#include "hourglass/nn/files/atomic_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& origin, const std::string& fault) {
  throw DataError(fmt::format("{}: {}", origin, fault));
}

std::vector<std::uint64_t> to_shape(const std::vector<std::size_t>& sizes) {
  return {sizes.begin(), sizes.end()};
}

/// The first bytes of a file, or all if it has fewer.
std::string first_bytes(const fs::path& file, std::size_t count) {
  std::ifstream in(file, std::ios::binary);
  std::string bytes(count, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(count));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

/// Where the data of an NPY file begin: after its magic, version, length and header.
std::size_t npy_header_size(const std::string& file) {
  const bool long_form = file.size() > 6 && file[6] != 1;
  std::size_t size = 0;
  for (std::size_t at = std::min<std::size_t>(long_form ? 12 : 10, file.size()); at-- > 8;)
    size = size << 8 | static_cast<unsigned char>(file[at]);
  return std::min(size + (long_form ? 12 : 10), file.size());
}

/// Whether the type in an NPY header is uint8: '|u1', or "|u1".
bool is_of_bytes(const std::string& header) {
  return header.find("u1'") != std::string::npos || header.find("u1\"") != std::string::npos;
}

SourceFile read_npy_source(const fs::path& file) {
  NpyArray array = read_npy(file, NpyBytes::pixels);
  SourceFile source{SourceKind::npy, to_shape(array.shape), "", std::move(array.bytes)};
  const std::string whole = first_bytes(file, fs::file_size(file));
  source.header = whole.substr(0, npy_header_size(whole));
  source.notes = std::move(array.notes);
  if (!is_of_bytes(source.header))
    source.notes.emplace_back(
        "its numbers are not bytes: 'decompress' will write uint8, from 0 for black to 255 for "
        "white");
  if (to_bytes(source) == whole) return source;  // whatever its type and its order
  source = as_bytes(std::move(source));
  source.loss =
      "its numbers are not bytes, and only bytes are compressed without loss: save them as uint8";
  return source;
}

std::string idx_header(const std::vector<std::uint64_t>& shape) {
  std::string header = {0, 0, 8, static_cast<char>(shape.size())};
  for (std::uint64_t size : shape)
    for (int shift = 24; shift >= 0; shift -= 8) header += static_cast<char>(size >> shift);
  return header;
}

/// Height, width and channels of a picture, or of each in a folder.
std::vector<std::uint64_t> picture_shape(const SourceFile& source) {
  const bool counted = source.kind == SourceKind::folder && !source.shape.empty();
  return {source.shape.begin() + (counted ? 1 : 0), source.shape.end()};
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

std::size_t source_size(const SourceFile& source) {
  std::size_t size = 1;
  for (std::uint64_t length : source.shape) size *= length;
  return size;
}

/// Calls visit(index in the picture, index in the examples) for each byte.
template <class Visit>
void for_each_pixel(const SourceFile& source, const Shape& tile, const Visit& visit) {
  const std::vector<std::uint64_t> picture = picture_shape(source);
  const std::size_t height = picture[0], width = picture[1], channels = picture[2];
  const std::size_t across = width / tile[2], plane = tile[1] * tile[2];
  const std::size_t size = height * width * channels;
  for (std::size_t first = 0; first < source_size(source); first += size)
    for (std::size_t y = 0; y < height; ++y)
      for (std::size_t x = 0; x < width; ++x)
        for (std::size_t c = 0; c < channels; ++c) {
          const std::size_t number = y / tile[1] * across + x / tile[2];
          visit(first + (y * width + x) * channels + c,
                first + (number * channels + c) * plane + y % tile[1] * tile[2] + x % tile[2]);
        }
}

bool is_made_of_tiles(const SourceFile& source) {
  return source.kind == SourceKind::picture || source.kind == SourceKind::folder;
}

// ---- Folders

std::vector<std::string> names_of(const SourceFile& source) {
  std::vector<std::string> names;
  std::istringstream lines(source.header);
  for (std::string name; std::getline(lines, name);) names.push_back(name);
  return names;
}

/// Whether a name, which may come from a hostile file, stays in its folder.
bool stays_inside(const fs::path& name) {
  if (name.empty() || name.is_absolute() || name.extension() != ".png") return false;
  return std::none_of(name.begin(), name.end(), [](const fs::path& part) {
    return part.empty() || part == "." || part == ".." ||
           part.native().find('\0') != std::string::npos;
  });
}

/// Records what reading a picture lost. The reason that a folder gives is its first loss.
void keep_losses(SourceFile& source, const fs::path& file, const PictureFile& picture) {
  source.losses.add(file, picture.lost);
  const std::string loss = loss_in_words(picture.lost);
  if (source.loss.empty() && !loss.empty())
    source.loss = source.kind == SourceKind::folder
                      ? fmt::format("{}: {}", file.filename().string(), loss)
                      : loss;
}

SourceFile read_picture(const fs::path& file) {
  PictureFile picture = read_picture_file(file);
  SourceFile source{SourceKind::picture, {picture.height, picture.width, picture.channels}, "", {}};
  keep_losses(source, file, picture);
  source.bytes = std::move(picture.pixels);
  return source;
}

SourceFile read_folder(const fs::path& folder) {
  const std::vector<fs::path> files = list_pictures(folder);
  SourceFile source{SourceKind::folder, {}, "", {}};
  std::set<std::string> names;
  for (const fs::path& file : files) {
    const PictureFile picture = read_picture_file(file);
    keep_losses(source, file, picture);
    source.bytes_on_disk += fs::file_size(file);
    const std::vector<std::uint64_t> shape = {files.size(), picture.height, picture.width,
                                              picture.channels};
    if (source.shape.empty()) source.shape = shape;
    if (source.shape != shape)
      fail(file.string(),
           fmt::format("is of (height, width, channels) ({}, {}, {}), but {} is of ({}, {}, {}); a "
                       "folder's pictures must be equal in that",
                       shape[1], shape[2], shape[3], files[0].string(), source.shape[1],
                       source.shape[2], source.shape[3]));
    const std::string name =
        file.lexically_relative(folder).replace_extension(".png").generic_string();
    if (name.find('\n') != std::string::npos || !stays_inside(name))
      fail(file.string(), "its name cannot be kept in a compressed file");
    if (!names.insert(name).second)
      fail(file.string(), fmt::format("there would be two pictures named {}", name));
    source.header += name + '\n';
    source.bytes.insert(source.bytes.end(), picture.pixels.begin(), picture.pixels.end());
  }
  return source;
}

/// Picture number `index` as a PNG file.
std::string png_of(const SourceFile& source, std::size_t index) {
  const std::vector<std::uint64_t> shape = picture_shape(source);
  const auto size = static_cast<std::ptrdiff_t>(shape[0] * shape[1] * shape[2]);
  const auto first = source.bytes.begin() + static_cast<std::ptrdiff_t>(index) * size;
  return encode_png({shape[1], shape[0], shape[2], {first, first + size}});
}

void write_folder(const fs::path& folder, const SourceFile& source) {
  const std::vector<std::string> names = names_of(source);
  if (fs::exists(folder) && !(fs::is_directory(folder) && fs::is_empty(folder)))
    throw ConfigError(
        fmt::format("{} is there already; give the name of a folder that is not, for its pictures",
                    folder.string()));
  const fs::path place = folder.has_filename() ? folder : folder.parent_path();
  const fs::path beside = place.lexically_normal().string() + ".part";
  if (fs::exists(beside))
    throw ConfigError(fmt::format(
        "{} is there already, where the pictures wait until all are written; move it away",
        beside.string()));
  try {
    for (std::size_t i = 0; i < names.size(); ++i)
      write_atomically(beside / names[i], png_of(source, i));
    fs::rename(beside, place);  // replaces an empty folder
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(beside, ignored);
    throw;
  }
}

}  // namespace

std::size_t SourceFile::examples_of(const Shape& example_shape, const std::string& origin) const {
  const std::size_t features = element_count(example_shape);
  if (kind == SourceKind::picture) return tiles(shape, example_shape, origin);
  if (kind == SourceKind::folder) {
    const std::vector<std::string> names = names_of(*this);
    if (shape.size() != 4 || names.size() != shape[0] ||
        std::set<std::string>(names.begin(), names.end()).size() != names.size() ||
        !std::all_of(names.begin(), names.end(), stays_inside))
      fail(origin, "the names of its pictures are none that a folder can have");
    return shape[0] * tiles(picture_shape(*this), example_shape, origin);
  }
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
  note_in_use(file);
  if (std::error_code none; fs::is_directory(file, none)) return read_folder(file);
  const std::string start = first_bytes(file, 8);
  SourceFile source;
  if (is_picture_file(start)) {
    source = read_picture(file);
  } else if (start.starts_with("\x93NUMPY")) {
    source = read_npy_source(file);
  } else {
    IdxArray array = read_idx(file);
    source = {SourceKind::idx, to_shape(array.shape), "", std::move(array.bytes)};
  }
  source.bytes_on_disk = fs::file_size(file);
  return source;
}

SourceFile as_bytes(SourceFile source) {
  if (source.kind == SourceKind::npy)
    source.header = npy_header({source.shape.begin(), source.shape.end()});
  return source;
}

std::string to_bytes(const SourceFile& source) {
  if (source.kind == SourceKind::picture) return png_of(source, 0);
  if (source.kind == SourceKind::folder) {
    std::string files;
    for (std::size_t i = 0; i < source.shape[0]; ++i) files += png_of(source, i);
    return files;
  }
  std::string file = source.kind == SourceKind::idx ? idx_header(source.shape) : source.header;
  return file.append(reinterpret_cast<const char*>(source.bytes.data()), source.bytes.size());
}

void write_source(const fs::path& place, const SourceFile& source) {
  if (source.kind == SourceKind::folder) return write_folder(place, source);
  write_atomically(place, to_bytes(source));
}

std::vector<std::uint8_t> to_examples(const SourceFile& source, const Shape& example_shape) {
  if (!is_made_of_tiles(source)) return source.bytes;
  std::vector<std::uint8_t> examples(source.bytes.size());
  for_each_pixel(source, example_shape, [&](std::size_t in_picture, std::size_t in_examples) {
    examples[in_examples] = source.bytes[in_picture];
  });
  return examples;
}

std::vector<std::uint8_t> from_examples(const std::vector<std::uint8_t>& examples,
                                        const SourceFile& source, const Shape& example_shape) {
  if (!is_made_of_tiles(source)) return examples;
  std::vector<std::uint8_t> picture(examples.size());
  for_each_pixel(source, example_shape, [&](std::size_t in_picture, std::size_t in_examples) {
    picture[in_picture] = examples[in_examples];
  });
  return picture;
}

}}  // namespace hourglass
