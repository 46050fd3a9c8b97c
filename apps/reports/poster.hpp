#pragma once

#include <string>

#include "apps/reports/gallery_view.hpp"
#include "hourglass/drawing/pictures.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// What a model has learnt, as a page to print and hang up.

/// A sheet of paper, upright, printed at 300 pixels per inch.
struct Paper {
  std::size_t width, height;  ///< in pixels
  static constexpr double pixels_per_inch = 300;

  /// a2, a3, a4 or a5. Throws ConfigError for any other.
  static Paper named(const std::string& name);
};

struct PosterOptions {
  std::string kind;  ///< manifold or classes
  Paper paper = Paper::named("a3");
  bool dark = false;  ///< white on black, like images of light strokes; otherwise ink on paper
};

/// Draws one of two posters:
///
///   manifold   every 2-D code, decoded: the first dimension grows to the right, the second
///              upwards, as `GalleryView::spread` says, so that for a model with a prior, each
///              part of the page is equally probable
///   classes    a column for each class that the model was shown, a row for each style. Styles
///              are interpolated between draws of the prior, so that one slowly becomes another
///
/// Throws ConfigError if the model has no such picture.
Picture draw_poster(const GalleryView& view, const PosterOptions& options);

}}  // namespace hourglass
