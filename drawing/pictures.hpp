#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "hourglass/autograd/base/tensor.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A grey (1 channel) or coloured (3 channels) picture of bytes, row by row, channels innermost.
struct Picture {
  std::size_t width = 0, height = 0, channels = 1;
  std::vector<std::uint8_t> pixels;
};

/// Whether examples of this shape can be drawn: (1, H, W) or (3, H, W).
bool is_picture(const Shape& example_shape);

/// How much to enlarge images of this shape so that they are about 56 pixels high: 2 for MNIST.
std::size_t readable_scale(const Shape& example_shape);

/// How many images of this shape, enlarged `scale` times, go side by side on a page: 4 to 16.
std::size_t fitting_columns(const Shape& example_shape, std::size_t scale);

/// Draws rows of equally many examples as one picture: rows[r] is (N, F), each of its rows one
/// image of `example_shape` (C, H, W) with numbers in 0..1 (clipped outside). Each image is
/// enlarged `scale` times without smoothing. Examples that exceed the width of a page continue
/// below, each line a group of all `rows` (so that originals are above their reconstructions),
/// with a thin gap between images and a wider one between groups. Throws ShapeError if the
/// shapes do not match.
Picture draw_rows(const std::vector<const Tensor*>& rows, const Shape& example_shape,
                  std::size_t scale = 2);

/// Draws the images of `examples`, (N, F), in lines of `columns`, with gaps of `gap` pixels.
/// Otherwise as draw_rows.
Picture draw_sheet(const Tensor& examples, const Shape& example_shape, std::size_t columns,
                   std::size_t scale, std::size_t gap);

/// The picture as the bytes of a PNG file. Throws ShapeError if it is empty, too large, or does not
/// have as many bytes as its size says.
std::string to_png(const Picture& picture);

}}  // namespace hourglass
