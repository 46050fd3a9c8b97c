#include "hourglass/datasets/readers/images.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/notices.hpp"
#include "hourglass/datasets/readers/picture_folder.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

namespace fs = std::filesystem;

/// The mean over the area that one pixel of the resized picture covers.
double covered_mean(const PictureFile& picture, std::size_t channel, PictureSize size,
                    std::size_t x, std::size_t y) {
  const double wide = double(picture.width) / double(size.width),
               high = double(picture.height) / double(size.height);
  const double left = double(x) * wide, right = left + wide, top = double(y) * high,
               bottom = top + high;
  double sum = 0;
  for (auto v = static_cast<std::size_t>(top); double(v) < bottom && v < picture.height; ++v)
    for (auto u = static_cast<std::size_t>(left); double(u) < right && u < picture.width; ++u) {
      const double width = std::min(right, double(u + 1)) - std::max(left, double(u));
      const double height = std::min(bottom, double(v + 1)) - std::max(top, double(v));
      sum += width * height * picture.pixels[(v * picture.width + u) * picture.channels + channel];
    }
  return sum / (wide * high);
}

PictureFile resized(const PictureFile& picture, PictureSize size) {
  if (picture.width == size.width && picture.height == size.height) return picture;
  PictureFile result{size.width, size.height, picture.channels, {}};
  for (std::size_t y = 0; y < size.height; ++y)
    for (std::size_t x = 0; x < size.width; ++x)
      for (std::size_t c = 0; c < picture.channels; ++c)
        result.pixels.push_back(static_cast<std::uint8_t>(
            std::clamp(std::lround(covered_mean(picture, c, size, x, y)), 0L, 255L)));
  return result;
}

/// Adds the tiles that fit into the picture side by side, from its top left corner on; what is left
/// over at its right and bottom is dropped.
void append_tiles(const PictureFile& picture, PictureSize size, std::vector<PictureFile>& tiles) {
  for (std::size_t top = 0; top + size.height <= picture.height; top += size.height)
    for (std::size_t left = 0; left + size.width <= picture.width; left += size.width) {
      PictureFile tile{size.width, size.height, picture.channels, {}};
      const std::size_t row = size.width * picture.channels;
      for (std::size_t y = 0; y < size.height; ++y) {
        const auto begin =
            picture.pixels.begin() +
            static_cast<std::ptrdiff_t>(((top + y) * picture.width + left) * picture.channels);
        tile.pixels.insert(tile.pixels.end(), begin, begin + static_cast<std::ptrdiff_t>(row));
      }
      tiles.push_back(std::move(tile));
    }
}

/// Appends the pixels channel after channel, as in examples.
void append_planes(const PictureFile& picture, std::size_t channels,
                   std::vector<std::uint8_t>& bytes) {
  for (std::size_t c = 0; c < channels; ++c)
    for (std::size_t i = 0; i < picture.width * picture.height; ++i)
      bytes.push_back(picture.pixels[i * picture.channels + std::min(c, picture.channels - 1)]);
}

}  // namespace

PictureExamples read_images(const std::string& name, const fs::path& folder,
                            std::optional<PictureSize> size, std::optional<PictureSize> tiles) {
  const std::vector<fs::path> files = list_pictures(folder);
  std::vector<PictureFile> pictures;
  std::vector<std::uint32_t> from;  // which file each is from
  std::size_t channels = 1;
  std::size_t smaller = 0;
  fs::path first_smaller;
  PictureLossCount losses;
  for (const fs::path& file : files) {
    PictureFile picture = read_picture_file(file);
    losses.add(file, picture.lost);
    if (size) picture = resized(picture, *size);
    if (!tiles && !pictures.empty() &&
        (picture.width != pictures[0].width || picture.height != pictures[0].height))
      throw DataError(fmt::format(
          "{} is {}×{} pixels large, but {} is {}×{}; add ?size=WIDTHxHEIGHT to bring all to one "
          "size",
          file.string(), picture.width, picture.height, files[0].string(), pictures[0].width,
          pictures[0].height));
    channels = std::max(channels, picture.channels);
    const std::size_t before = pictures.size();
    if (tiles)
      append_tiles(picture, *tiles, pictures);
    else
      pictures.push_back(std::move(picture));
    if (pictures.size() == before && smaller++ == 0) first_smaller = file;
    from.resize(pictures.size(), static_cast<std::uint32_t>(&file - files.data()));
  }
  if (tiles && pictures.empty())
    throw DataError(fmt::format("{}: none of its pictures is as large as a tile, {}×{}",
                                folder.string(), tiles->width, tiles->height));
  losses.tell(folder);
  if (smaller > 0)
    notice(fmt::format("{}: {} of {} pictures {} smaller than a tile and left out, {} the first",
                       folder.string(), smaller, files.size(), smaller == 1 ? "is" : "are",
                       first_smaller.lexically_relative(folder).string()));
  std::vector<std::uint8_t> bytes;
  for (const PictureFile& picture : pictures) append_planes(picture, channels, bytes);
  return {Dataset(name, {channels, pictures[0].height, pictures[0].width}, std::move(bytes)), files,
          std::move(from)};
}

}}  // namespace hourglass
