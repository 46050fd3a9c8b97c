#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "hourglass/models/core/autoencoder.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// Applies a model for pictures of one size to a picture of any size: the picture is covered with
// overlapping tiles, each goes through the model, and overlaps are blended.
//
// A tile's weight falls from its middle to its edge (a Hann window, sin² across and down):
//
//     x̂(p) = Σ_t w_t(p) x̂_t(p) / Σ_t w_t(p)
//
// Tiles lie half a tile apart, so the weight shifts smoothly from one to the next and no seam shows
// where two of them disagree; dividing by the sum of weights leaves a picture unchanged if all
// agree. Griffin & Lim, "Signal Estimation from Modified Short-Time Fourier Transform", 1984, with
// the same window and overlap for sound.

/// The positions at which tiles begin along an axis, half a tile apart; the last tile ends where
/// the axis ends. Only 0 if the axis is no longer than a tile.
std::vector<std::size_t> tile_places(std::size_t length, std::size_t tile);

/// A function from tiles as rows, (T, F), to as many tiles.
using TileMap = std::function<Tensor(const Tensor&)>;

/// Applies `map` tile by tile to a picture (C, H, W), in 0..1; its tiles are `tile_shape`
/// (C', h, w). A side shorter than a tile is extended by mirroring, and cropped afterwards. If the
/// numbers of channels differ, tiles of one channel take each channel of the picture separately,
/// and tiles of three take a grey picture three times and average the results. Throws ShapeError
/// for anything that is not a picture.
Tensor map_tiles(const Tensor& picture, const Shape& tile_shape, const TileMap& map);

/// The reconstruction of a picture of any size by a model of examples (C', h, w).
Tensor reconstruct_tiled(Autoencoder& model, const Tensor& picture, const Shape& example_shape);

}}  // namespace hourglass
