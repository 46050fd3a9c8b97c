#include "hourglass/drawing/pictures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "hourglass/autograd/base/error.hpp"

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#include <stb/stb_image_write.h>

namespace hourglass { inline namespace HOURGLASS_PRECISION {
namespace {

// Dark enough to belong to pictures that are mostly black, light enough to be seen between them.
constexpr std::uint8_t gap_colour = 52;
constexpr std::size_t page_width = 736;  // the width of the report's column, in pixels

/// The layout of the images, in pixels.
struct Grid {
  std::size_t channels, image_height, image_width;  // of one image, not yet enlarged
  std::size_t count, rows, columns, scale, gap;

  // If each group is a single row, there is nothing to hold together, so all gaps are equal.
  std::size_t group_gap() const { return rows > 1 ? 5 * scale : gap; }
  std::size_t lines() const { return (count + columns - 1) / columns; }
  std::size_t column_pitch() const { return image_width * scale + gap; }
  std::size_t row_pitch() const { return image_height * scale + gap; }
  std::size_t line_pitch() const { return rows * row_pitch() - gap + group_gap(); }
  std::size_t width() const { return columns * column_pitch() - gap; }
  std::size_t height() const { return lines() * line_pitch() - group_gap(); }
};

/// How many of `count` images to put side by side if `most` fit: a number that fills every line if
/// there is a good one, else one that leaves the last line only a little shorter.
std::size_t columns_for(std::size_t count, std::size_t most) {
  if (count <= most) return count;
  for (std::size_t columns = most; 2 * columns >= most; --columns) {
    if (count % columns == 0) return columns;
  }
  const std::size_t lines = (count + most - 1) / most;
  return (count + lines - 1) / lines;
}

void check_shapes(const std::vector<const Tensor*>& rows, const Shape& example_shape,
                  std::size_t scale) {
  if (!is_picture(example_shape)) {
    throw ShapeError(
        fmt::format("draw_rows: examples are {} but a picture is (1, H, W) or (3, H, W)",
                    to_text(example_shape)));
  }
  if (rows.empty() || scale == 0) throw ShapeError("draw_rows: there is nothing to draw");
  const std::size_t count = rows[0]->dimension() == 0 ? 0 : rows[0]->shape(0);
  for (const Tensor* row : rows) {
    if (row->dimension() != 2 || row->shape(0) != count || count == 0 ||
        row->shape(1) != element_count(example_shape)) {
      throw ShapeError(fmt::format("draw_rows: a row is {} but should be ({}, {}), images of {}",
                                   to_text(row->shape()), std::max<std::size_t>(count, 1),
                                   element_count(example_shape), to_text(example_shape)));
    }
  }
}

/// A pixel as a byte; NaN, which fails every comparison, is black.
std::uint8_t to_byte(Scalar value) {
  if (!(value > 0)) return 0;
  return static_cast<std::uint8_t>(std::lround(std::min<Scalar>(value, 1) * 255));
}

/// Draws one image, stored channel after channel, with its top left corner at (left, top).
void draw_image(Picture& picture, const Scalar* image, const Grid& grid, std::size_t left,
                std::size_t top) {
  const std::size_t plane = grid.image_height * grid.image_width;
  for (std::size_t y = 0; y < grid.image_height * grid.scale; ++y) {
    const Scalar* line = image + y / grid.scale * grid.image_width;
    std::uint8_t* pixel = &picture.pixels[((top + y) * picture.width + left) * grid.channels];
    for (std::size_t x = 0; x < grid.image_width * grid.scale; ++x) {
      for (std::size_t c = 0; c < grid.channels; ++c) {
        *pixel++ = to_byte(line[c * plane + x / grid.scale]);
      }
    }
  }
}

Picture draw(const std::vector<const Tensor*>& rows, const Shape& example_shape,
             std::size_t columns, std::size_t scale, std::size_t gap) {
  const Grid grid{example_shape[0],
                  example_shape[1],
                  example_shape[2],
                  rows[0]->shape(0),
                  rows.size(),
                  columns,
                  scale,
                  gap};
  Picture picture{grid.width(), grid.height(), grid.channels, {}};
  picture.pixels.assign(picture.width * picture.height * picture.channels, gap_colour);
  for (std::size_t r = 0; r < grid.rows; ++r) {
    for (std::size_t n = 0; n < grid.count; ++n) {
      const Scalar* image = rows[r]->data() + n * element_count(example_shape);
      draw_image(picture, image, grid, n % grid.columns * grid.column_pitch(),
                 n / grid.columns * grid.line_pitch() + r * grid.row_pitch());
    }
  }
  return picture;
}

void append_bytes(void* file, void* bytes, int size) {
  static_cast<std::string*>(file)->append(static_cast<const char*>(bytes),
                                          static_cast<std::size_t>(size));
}

}  // namespace

bool is_picture(const Shape& shape) {
  return shape.size() == 3 && (shape[0] == 1 || shape[0] == 3) && element_count(shape) > 0;
}

std::size_t readable_scale(const Shape& shape) {
  return std::clamp<std::size_t>(56 / shape[1], 1, 16);
}

std::size_t fitting_columns(const Shape& shape, std::size_t scale) {
  return std::clamp<std::size_t>((page_width + scale) / (shape[2] * scale + scale), 4, 16);
}

Picture draw_rows(const std::vector<const Tensor*>& rows, const Shape& example_shape,
                  std::size_t scale) {
  check_shapes(rows, example_shape, scale);
  const std::size_t columns = columns_for(rows[0]->shape(0), fitting_columns(example_shape, scale));
  return draw(rows, example_shape, columns, scale, scale);
}

Picture draw_sheet(const Tensor& examples, const Shape& example_shape, std::size_t columns,
                   std::size_t scale, std::size_t gap) {
  check_shapes({&examples}, example_shape, scale);
  if (columns == 0) throw ShapeError("draw_sheet: there is nothing to draw");
  return draw({&examples}, example_shape, std::min(columns, examples.shape(0)), scale, gap);
}

std::string to_png(const Picture& picture) {
  constexpr std::size_t most = std::numeric_limits<int>::max() / 4;  // the encoder counts in int
  const std::size_t size = picture.width * picture.height * picture.channels;
  const bool known_channels = picture.channels == 1 || picture.channels == 3;
  if (!known_channels || picture.width > most || picture.height > most || size == 0 ||
      size > most || size != picture.pixels.size()) {
    throw ShapeError(
        fmt::format("to_png: a picture {} wide and {} high with {} channels has {} bytes",
                    picture.width, picture.height, picture.channels, picture.pixels.size()));
  }
  std::string file;
  const int width = static_cast<int>(picture.width), height = static_cast<int>(picture.height);
  const int channels = static_cast<int>(picture.channels);
  if (!stbi_write_png_to_func(append_bytes, &file, width, height, channels, picture.pixels.data(),
                              width * channels)) {
    throw Error("to_png: out of memory");
  }
  return file;
}

}}  // namespace hourglass
