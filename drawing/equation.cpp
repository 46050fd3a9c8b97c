#include "hourglass/drawing/equation.hpp"

#include <algorithm>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/drawing/enlarge.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr std::uint8_t paper = 255, ink = 60;

/// A canvas that is filled from left to right.
class Line {
 public:
  Line(std::size_t width, std::size_t height, std::size_t channels)
      : picture_{width, height, channels,
                 std::vector<std::uint8_t>(width * height * channels, paper)} {}

  void image(const Picture& image, std::size_t top) {
    const std::size_t row = image.width * image.channels;
    for (std::size_t y = 0; y < image.height; ++y)
      std::copy_n(image.pixels.data() + y * row, row, at(left_, top + y));
    left_ += image.width;
  }
  /// A sign as wide as `size`, in the middle of a space of twice its width.
  void sign(char sign, std::size_t size) {
    const std::size_t left = left_ + size / 2, top = (picture_.height - size) / 2;
    const std::size_t thick = std::max<std::size_t>(size / 8, 1), middle = (size - thick) / 2;
    if (sign == '=') {
      bar(left, top + size / 4, size, thick);
      bar(left, top + size - size / 4 - thick, size, thick);
    } else {
      bar(left, top + middle, size, thick);
    }
    if (sign == '+') bar(left + middle, top, thick, size);
    left_ += 2 * size;
  }
  void space(std::size_t width) { left_ += width; }
  Picture take() { return std::move(picture_); }

 private:
  std::uint8_t* at(std::size_t x, std::size_t y) {
    return picture_.pixels.data() + (y * picture_.width + x) * picture_.channels;
  }
  void bar(std::size_t left, std::size_t top, std::size_t width, std::size_t height) {
    for (std::size_t y = top; y < top + height; ++y)
      std::fill_n(at(left, y), width * picture_.channels, ink);
  }

  Picture picture_;
  std::size_t left_ = 0;
};

}  // namespace

Picture draw_equation(const Tensor& images, const std::vector<double>& signs,
                      const Shape& example_shape) {
  const std::size_t terms = signs.size();
  if (terms == 0 || !is_picture(example_shape) || images.dimension() != 2 ||
      images.shape()[0] != terms + 1 || images.shape()[1] != element_count(example_shape))
    throw ShapeError("draw_equation: images " + to_text(images.shape()) + " of " +
                     to_text(example_shape) + " are not those of a sum of " +
                     std::to_string(terms));
  constexpr std::size_t high = 112;
  const std::size_t wide = high * example_shape[2] / example_shape[1];
  const std::size_t sign = high / 5, margin = high / 5;
  const std::size_t drawn = terms + (signs[0] < 0 ? 1 : 0);  // signs, including the equals sign
  Line line(2 * margin + (terms + 1) * wide + drawn * 2 * sign, high + 2 * margin,
            example_shape[0]);
  line.space(margin);
  for (std::size_t t = 0; t <= terms; ++t) {
    if (t == terms)
      line.sign('=', sign);
    else if (t > 0 || signs[t] < 0)
      line.sign(signs[t] < 0 ? '-' : '+', sign);
    line.image(enlarge(images.data() + t * images.shape()[1], example_shape, wide, high), margin);
  }
  return line.take();
}

}}  // namespace hourglass
