#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "hourglass/drawing/plot.hpp"

// What the kinds of plots share.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

constexpr double font_size = 13;
constexpr double line_height = 18;

/// A value axis: its ends, and its ticks with their labels.
struct Axis {
  bool logarithmic = false;
  double low = 0, high = 1;
  std::vector<double> ticks = {};
  std::vector<std::string> labels = {};

  /// The position of a value on it: 0 at its low end, 1 at its high end.
  double share(double value) const;
};

/// An axis that encloses low … high between two of its ticks.
Axis linear_axis(double low, double high);
/// The same for positive values, on a logarithmic scale.
Axis logarithmic_axis(double low, double high);

/// 1, 2 or 5 times a power of ten, so that a span takes at most about `most` steps.
double nice_step(double span, double most);

/// The approximate width of a text, by its number of letters in a system sans-serif typeface.
double text_width(std::string_view text);
/// The width of its widest label.
double label_width(const Axis& axis);

/// A thin line from `left` to `right` at each tick, a darker one at the axis’s low end, with the
/// tick’s label before it.
std::string draw_value_axis(const Axis& axis, double left, double right, double top, double bottom);

/// Two axes, and the rectangle that they span.
struct PlotFrame {
  double left, top, right, bottom;
  Axis x, y;

  /// The positions of values in the drawing.
  double across(double value) const { return left + (right - left) * x.share(value); }
  double up(double value) const { return bottom - (bottom - top) * y.share(value); }
};

/// Both axes with their names, x below and y above; if wanted, vertical lines at the ticks of x.
std::string draw_axes(const PlotFrame& frame, const std::string& x_name, const std::string& y_name,
                      bool upright_lines);

/// The colour of line k, from 0: the page's, or one that colour-blind readers can tell apart.
std::string line_colour(std::size_t k);

/// A legend from the top down, with as many names per line as fit.
struct Legend {
  std::string svg;
  double height;
};
/// Each name follows a mark that is `mark_width` wide including its gap; `mark(k, x, y)` draws mark k,
/// which begins at x and is vertically centred on y.
Legend draw_legend(const std::vector<std::string>& names, double mark_width, double width,
                   const std::function<std::string(std::size_t, double, double)>& mark);

/// The start of a drawing; `description` is its text for screen readers.
std::string begin_svg(const PlotSize& size, const std::string& description);

}}  // namespace hourglass
