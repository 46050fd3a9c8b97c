#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "hourglass/models/core/autoencoder.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// A picture of any size through a model that takes pictures of one size: the picture is covered
// with overlapping tiles, each goes through the model, and where tiles overlap they are blended.
//
// A tile counts most in its middle and hardly at its rim (a Hann window, sin² across and down):
//
//     x̂(p) = Σ_t w_t(p) x̂_t(p) / Σ_t w_t(p)
//
// Tiles lie half a tile apart, so the weight goes smoothly from one to the next and no seam is seen
// where two of them disagree; dividing by the sum leaves a picture that all agree on as it is.
// Griffin & Lim, "Signal Estimation from Modified Short-Time Fourier Transform", 1984, where the
// window and its overlaps are of sound.

/// Where tiles of this length begin on an axis, half a tile apart; the last ends where the axis
/// ends. One at 0 where the axis is no longer than a tile.
std::vector<std::size_t> tile_places(std::size_t length, std::size_t tile);

/// Tiles as rows, (T, F), to as many tiles.
using TileMap = std::function<Tensor(const Tensor&)>;

/// Takes a picture (C, H, W), in 0..1, tile by tile through `map`, whose tiles are `tile_shape`
/// (C', h, w). A side shorter than a tile is made longer by mirroring, and cut off afterwards.
/// Where channels differ, tiles of one channel take each of the picture's by itself, and tiles of
/// three a grey picture three times, of which the mean is taken. Throws ShapeError for anything
/// that is no picture.
Tensor map_tiles(const Tensor& picture, const Shape& tile_shape, const TileMap& map);

/// x̂ of a picture of any size by a model of examples (C', h, w).
Tensor reconstruct_tiled(Autoencoder& model, const Tensor& picture, const Shape& example_shape);

}}  // namespace hourglass
