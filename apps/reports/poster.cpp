#include "apps/reports/poster.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/drawing/enlarge.hpp"
#include "hourglass/models/applications/latent_paths.hpp"
#include "hourglass/models/core/codes.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

Paper Paper::named(const std::string& name) {
  constexpr double inch = 25.4;
  const auto upright = [](double width, double height) {  // in millimetres
    return Paper{static_cast<std::size_t>(std::lround(width / inch * pixels_per_inch)),
                 static_cast<std::size_t>(std::lround(height / inch * pixels_per_inch))};
  };
  if (name == "a2") return upright(420, 594);
  if (name == "a3") return upright(297, 420);
  if (name == "a4") return upright(210, 297);
  if (name == "a5") return upright(148, 210);
  throw ConfigError("there is no paper '" + name + "': choose a2, a3, a4 or a5");
}

namespace {

/// The layout of a poster's images, centred on its page.
struct Layout {
  std::size_t columns, rows, width, height, gap;  // of one image, and between them

  /// As many rows as a page with margins of an eleventh of its width has room for.
  static Layout of(const Paper& paper, const Shape& shape, std::size_t columns, bool gaps) {
    const std::size_t margin = paper.width / 11, room = paper.width - 2 * margin;
    const std::size_t pitch = room / columns, gap = gaps ? pitch / 8 : 0;
    const std::size_t width = pitch - gap;
    const std::size_t height = std::max<std::size_t>(width * shape[1] / shape[2], 1);
    const std::size_t rows = (paper.height - 2 * margin + gap) / (height + gap);
    return {columns, std::max<std::size_t>(rows, 1), width, height, gap};
  }
  std::size_t left(const Paper& paper, std::size_t column) const {
    return (paper.width - columns * (width + gap) + gap) / 2 + column * (width + gap);
  }
  std::size_t top(const Paper& paper, std::size_t row) const {
    return (paper.height - rows * (height + gap) + gap) / 2 + row * (height + gap);
  }
};

Tensor manifold_codes(const GalleryView& view, const Layout& layout) {
  Tensor codes = filled({layout.rows * layout.columns, 2});
  const auto middle = [](std::size_t i, std::size_t count) {
    return (double(i) + 0.5) / double(count);
  };
  for (std::size_t i = 0; i < codes.shape()[0]; ++i) {
    const std::size_t row = i / layout.columns, column = i % layout.columns;
    codes(i, 0) = static_cast<Scalar>(view.spread(0, middle(column, layout.columns)));
    codes(i, 1) = static_cast<Scalar>(view.spread(1, 1 - middle(row, layout.rows)));
  }
  return codes;
}

Tensor class_codes(const GalleryView& view, const Layout& layout) {
  constexpr std::size_t steps = 5;         // from one draw of the prior to the next
  constexpr Scalar typical = Scalar(0.7);  // of a deviation: keeps to common styles
  Rng rng = view.rng;
  const std::size_t latent = view.model.latent(), style = latent - view.model.classes();
  Tensor draws = view.model.sample_codes(layout.rows / (steps - 1) + 2, 0, rng);
  draws *= typical;
  const std::vector<std::size_t> classes = view.shown_classes();
  const Tensor styles = interpolate(draws, style, {.steps = steps, .by = LatentPath::slerp});
  Tensor codes = filled({layout.rows * layout.columns, latent});
  for (std::size_t i = 0; i < codes.shape()[0]; ++i) {
    std::copy_n(styles.data() + i / layout.columns * latent, style, codes.data() + i * latent);
    codes(i, style + classes[i % layout.columns]) = 1;
  }
  return codes;
}

/// Whether to print as ink on paper: light strokes on black, as MNIST's, but not photographs.
bool is_drawing(const Tensor& images, const Shape& shape) {
  double sum = 0;
  for (Scalar pixel : images) sum += pixel;
  return shape[0] == 1 && sum < 0.5 * static_cast<double>(images.size());
}

Picture print(const Tensor& images, const Shape& shape, const Layout& layout, const Paper& paper,
              bool dark) {
  Picture page{paper.width, paper.height, shape[0], {}};
  const bool inverted = !dark && is_drawing(images, shape);
  page.pixels.assign(page.width * page.height * page.channels, inverted || !dark ? 255 : 0);
  for (std::size_t i = 0; i < images.shape()[0]; ++i) {
    Picture image =
        enlarge(images.data() + i * images.shape()[1], shape, layout.width, layout.height);
    if (inverted)
      for (std::uint8_t& pixel : image.pixels) pixel = static_cast<std::uint8_t>(255 - pixel);
    const std::size_t left = layout.left(paper, i % layout.columns);
    const std::size_t top = layout.top(paper, i / layout.columns);
    for (std::size_t y = 0; y < image.height; ++y)
      std::copy_n(image.pixels.data() + y * image.width * image.channels,
                  image.width * image.channels,
                  page.pixels.data() + ((top + y) * page.width + left) * page.channels);
  }
  return page;
}

}  // namespace

Picture draw_poster(const GalleryView& view, const PosterOptions& options) {
  const Shape& shape = view.data.example_shape();
  const bool manifold = options.kind == "manifold";
  if (!manifold && options.kind != "classes")
    throw ConfigError("there is no poster '" + options.kind + "': choose manifold or classes");
  if (!is_picture(shape))
    throw ConfigError(
        fmt::format("a poster shows images, but the examples here are {}", to_text(shape)));
  const bool flat = view.model.latent() == 2 && view.model.classes() == 0;
  if (manifold && (!flat || view.model.codebook_size() > 0))
    throw ConfigError(fmt::format(
        "--poster manifold shows every code of two dimensions, but this model's has {}: train one "
        "with --latent 2",
        view.model.latent()));
  if (!manifold && view.model.classes() == 0)
    throw ConfigError(
        "--poster classes has a column for each class that the model was told of, but this model "
        "was told of none: train conditional-vae");
  constexpr std::size_t manifold_columns = 20;
  const Layout layout = Layout::of(
      options.paper, shape, manifold ? manifold_columns : view.shown_classes().size(), !manifold);
  const Tensor codes = manifold ? manifold_codes(view, layout) : class_codes(view, layout);
  return print(decode_all(view.model, codes), shape, layout, options.paper, options.dark);
}

}}  // namespace hourglass
