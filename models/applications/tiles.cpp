#include "hourglass/models/applications/tiles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/core/evaluation.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// The weight of each pixel along a tile's side; never 0, so that corners have a weight.
std::vector<double> hann(std::size_t length) {
  std::vector<double> window(length);
  for (std::size_t i = 0; i < length; ++i) {
    const double sine = std::sin(std::numbers::pi * (double(i) + 0.5) / double(length));
    window[i] = sine * sine;
  }
  return window;
}

/// The index of pixel `i` of a side that is mirrored at its ends again and again.
std::size_t mirrored(std::size_t i, std::size_t length) {
  i %= 2 * length;
  return i < length ? i : 2 * length - 1 - i;
}

/// How tiles cover a picture.
struct Cover {
  std::size_t channels, height, width;                 // of the picture
  std::size_t tile_channels, tile_height, tile_width;  // of a tile
  std::vector<std::size_t> tops, lefts;                // where tiles begin

  bool apart() const { return tile_channels == 1; }  ///< each channel by itself
  std::size_t layers() const { return apart() ? channels : 1; }
  std::size_t features() const { return tile_channels * tile_height * tile_width; }
  std::size_t places() const { return tops.size() * lefts.size(); }
  std::size_t tiles() const { return layers() * places(); }
};

Cover cover(const Shape& picture, const Shape& tile) {
  const auto is_picture = [](const Shape& shape) {
    return shape.size() == 3 && (shape[0] == 1 || shape[0] == 3) && shape[1] > 0 && shape[2] > 0;
  };
  if (!is_picture(picture) || !is_picture(tile))
    throw ShapeError(
        fmt::format("tiles of {} cannot cover {}: both have to be (1, H, W) or (3, H, W)",
                    to_text(tile), to_text(picture)));
  return {picture[0],
          picture[1],
          picture[2],
          tile[0],
          tile[1],
          tile[2],
          tile_places(picture[1], tile[1]),
          tile_places(picture[2], tile[2])};
}

/// Calls use(layer, top, left) for tile number t.
template <class Use>
void at_tile(const Cover& cover, std::size_t t, const Use& use) {
  const std::size_t place = t % cover.places(), columns = cover.lefts.size();
  use(t / cover.places(), cover.tops[place / columns], cover.lefts[place % columns]);
}

/// Cuts tile t out of the picture.
void read_tile(const Tensor& picture, const Cover& cover, std::size_t t, Scalar* out) {
  at_tile(cover, t, [&](std::size_t layer, std::size_t top, std::size_t left) {
    for (std::size_t c = 0; c < cover.tile_channels; ++c) {
      const std::size_t channel = cover.apart() ? layer : std::min(c, cover.channels - 1);
      for (std::size_t y = 0; y < cover.tile_height; ++y) {
        const std::size_t row = channel * cover.height + mirrored(top + y, cover.height);
        for (std::size_t x = 0; x < cover.tile_width; ++x)
          *out++ = picture.data()[row * cover.width + mirrored(left + x, cover.width)];
      }
    }
  });
}

/// Weighted sums of the tiles' pixels, and sums of their weights.
struct Blend {
  std::vector<double> sums, weights;
};

/// Adds tile t at its position. Three channels that stand for one grey one are all added to it.
void add_tile(Blend& blend, const Cover& cover, std::size_t t, const Scalar* tile,
              const std::vector<double>& down, const std::vector<double>& across) {
  at_tile(cover, t, [&](std::size_t layer, std::size_t top, std::size_t left) {
    for (std::size_t c = 0; c < cover.tile_channels; ++c) {
      const std::size_t channel = cover.apart() ? layer : std::min(c, cover.channels - 1);
      for (std::size_t y = 0; y < cover.tile_height && top + y < cover.height; ++y)
        for (std::size_t x = 0; x < cover.tile_width && left + x < cover.width; ++x) {
          const std::size_t to = (channel * cover.height + top + y) * cover.width + left + x;
          const double weight = down[y] * across[x];
          blend.sums[to] += weight * tile[(c * cover.tile_height + y) * cover.tile_width + x];
          blend.weights[to] += weight;
        }
    }
  });
}

}  // namespace

std::vector<std::size_t> tile_places(std::size_t length, std::size_t tile) {
  const std::size_t step = std::max<std::size_t>(tile / 2, 1);
  std::vector<std::size_t> places;
  for (std::size_t begin = 0; begin + tile < length; begin += step) places.push_back(begin);
  places.push_back(length > tile ? length - tile : 0);
  return places;
}

Tensor map_tiles(const Tensor& picture, const Shape& tile_shape, const TileMap& map) {
  const Shape shape(picture.shape().begin(), picture.shape().end());
  const Cover tiles = cover(shape, tile_shape);
  const std::vector<double> down = hann(tiles.tile_height), across = hann(tiles.tile_width);
  Blend blend{std::vector<double>(picture.size()), std::vector<double>(picture.size())};
  constexpr std::size_t chunk = 512;  // the tiles of a large picture may not fit in memory
  for (std::size_t first = 0; first < tiles.tiles(); first += chunk) {
    const std::size_t count = std::min(chunk, tiles.tiles() - first);
    Tensor rows = filled({count, tiles.features()});
    for (std::size_t i = 0; i < count; ++i)
      read_tile(picture, tiles, first + i, rows.data() + i * tiles.features());
    const Tensor mapped = map(rows);
    for (std::size_t i = 0; i < count; ++i)
      add_tile(blend, tiles, first + i, mapped.data() + i * tiles.features(), down, across);
  }
  Tensor result = filled(shape);
  for (std::size_t i = 0; i < result.size(); ++i)
    result.data()[i] = static_cast<Scalar>(blend.sums[i] / blend.weights[i]);
  return result;
}

Tensor reconstruct_tiled(Autoencoder& model, const Tensor& picture, const Shape& example_shape) {
  return map_tiles(picture, example_shape,
                   [&](const Tensor& tiles) { return reconstruct(model, tiles); });
}

}}  // namespace hourglass
