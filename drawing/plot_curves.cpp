#include "hourglass/drawing/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "hourglass/autograd/base/html.hpp"
#include "hourglass/drawing/plot_axis.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {
namespace {

constexpr double label_offset = 10;  // from a curve's last point to its name

/// A point of a curve: the epoch and the value there.
struct Point {
  double epoch, value;
};

/// A curve with only the points that can be drawn.
struct Line {
  std::string name;
  std::string colour, dashes;
  std::vector<Point> points;
};

/// The rectangle that the lines are drawn in, and the mapping to it.
struct Frame {
  double left, top, right, bottom;
  double epochs;
  Axis axis;

  double x(double epoch) const {
    if (epochs == 1) return (left + right) / 2;
    return left + (right - left) * (epoch - 1) / (epochs - 1);
  }
  double y(double value) const { return bottom - (bottom - top) * axis.share(value); }
};

constexpr std::array dash_patterns = {"none", "7 4", "2 4", "10 4 2 4", "12 6", "4 2"};

// Colours that colour-blind readers can tell apart (Okabe and Ito, 2008), if the page sets none.
constexpr std::array colours = {"#6b7480", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00"};
std::string colour_of(std::size_t index) {
  const std::size_t k = index % colours.size();
  return fmt::format("var(--curve-{}, {})", k + 1, colours[k]);
}

/// A value counts as infinite long before the arithmetic of ticks would overflow.
bool drawable(double value) {
  return std::isfinite(value) && std::abs(value) < 1e100;
}

std::vector<Line> drawable_lines(const std::vector<EpochCurve>& curves) {
  std::vector<Line> lines;
  for (const EpochCurve& curve : curves) {
    Line line{curve.name, {}, "none", {}};
    for (std::size_t i = 0; i < curve.values.size(); ++i) {
      if (drawable(curve.values[i])) line.points.push_back({i + 1.0, curve.values[i]});
    }
    if (!line.points.empty()) lines.push_back(std::move(line));
  }
  // A lone curve takes the second colour, the accent: the first is the muted one of a companion.
  const std::size_t first = lines.size() == 1 ? 1 : 0;
  for (std::size_t i = 0; i < lines.size(); ++i) lines[i].colour = colour_of(first + i);
  return lines;
}

Axis axis_for(const std::vector<Line>& lines) {
  double low = lines[0].points[0].value, high = low;
  for (const Line& line : lines) {
    for (const Point& point : line.points) {
      low = std::min(low, point.value);
      high = std::max(high, point.value);
    }
  }
  const bool decades = low > 1e-100 && high > 10 * low;
  return decades ? logarithmic_axis(low, high) : linear_axis(low, high);
}

std::vector<double> epoch_ticks(double epochs, double width) {
  double step = std::max(1.0, nice_step(epochs, std::max(3.0, width / 60)));
  if (step == 2) step = 5;  // so that the first epoch can be written too, with room beside it
  std::vector<double> ticks;
  if (step > 1) ticks.push_back(1);
  for (double tick = step; tick <= epochs; tick += step) ticks.push_back(tick);
  return ticks;
}

/// Where the names go beside the ends of their lines, from top to bottom, moved apart as far as
/// needed; nothing if one would be so far from its line's end that it would not be read as its
/// name.
std::vector<double> label_places(const std::vector<Line>& lines, const Frame& frame) {
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    order.emplace_back(frame.y(lines[i].points.back().value), i);
  }
  std::vector<double> ends(lines.size()), places(lines.size());
  for (const auto& [y, i] : order) ends[i] = y;
  std::sort(order.begin(), order.end());
  for (int round = 0; round < 50; ++round) {
    for (std::size_t k = 1; k < order.size(); ++k) {
      const double overlap = order[k - 1].first + line_height - order[k].first;
      if (overlap <= 0) continue;
      order[k - 1].first -= overlap / 2;
      order[k].first += overlap / 2;
    }
  }
  for (const auto& [y, i] : order) {
    if (std::abs(y - ends[i]) > 0.75 * line_height) return {};
    places[i] = y;
  }
  return places;
}

std::string draw_axes(const Frame& frame, const std::string& unit) {
  std::string svg = fmt::format("<text x=\"0\" y=\"{}\">loss{}</text>\n", font_size,
                                unit.empty() ? "" : fmt::format(" ({})", escape_html(unit)));
  svg += draw_value_axis(frame.axis, frame.left, frame.right, frame.top, frame.bottom);
  for (double tick : epoch_ticks(frame.epochs, frame.right - frame.left)) {
    const double x = frame.x(tick);
    svg += fmt::format(
        "<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"currentColor\" "
        "stroke-opacity=\"0.6\"/>\n<text x=\"{:.1f}\" y=\"{:.1f}\" "
        "text-anchor=\"middle\">{}</text>\n",
        x, x, frame.bottom, frame.bottom + 5, x, frame.bottom + 20, tick);
  }
  return svg + fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">epoch</text>\n",
                           (frame.left + frame.right) / 2, frame.bottom + 42);
}

std::string draw_line(const Line& line, const Frame& frame) {
  std::string points;
  for (const Point& point : line.points) {
    points += fmt::format("{}{:.1f},{:.1f}", points.empty() ? "" : " ", frame.x(point.epoch),
                          frame.y(point.value));
  }
  const Point& end = line.points.back();
  return fmt::format(
      "<polyline points=\"{}\" fill=\"none\" style=\"stroke: {}\" stroke-width=\"2\" "
      "stroke-linejoin=\"round\" stroke-linecap=\"round\" stroke-dasharray=\"{}\"/>\n"
      "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\" style=\"fill: {}\"/>\n",
      points, line.colour, line.dashes, frame.x(end.epoch), frame.y(end.value), line.colour);
}

std::string draw_name(const Line& line, double x, double y) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" style=\"fill: {}\">{}</text>\n", x,
                     y + 0.35 * font_size, line.colour, escape_html(line.name));
}

/// Draws the legend from `top` down, as many names per line as fit, and returns its height.
double draw_legend(const std::vector<Line>& lines, double top, double width, std::string& svg) {
  double x = 0, y = top + line_height / 2;
  for (const Line& line : lines) {
    const double entry = 30 + text_width(line.name) + 18;
    if (x > 0 && x + entry > width) {
      x = 0;
      y += line_height;
    }
    svg += fmt::format(
        "<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\" style=\"stroke: {}\" "
        "stroke-width=\"2\" stroke-dasharray=\"{}\"/>\n",
        x, x + 22, y, y, line.colour, line.dashes);
    svg += draw_name(line, x + 30, y);
    x += entry;
  }
  return y + line_height - top;
}

/// A description of the plot for screen readers.
std::string description(const std::vector<Line>& lines, const std::string& unit) {
  std::string text = "Loss by epoch";
  for (const Line& line : lines) {
    const Point &first = line.points.front(), &last = line.points.back();
    text += fmt::format("; {}: {:.4g} at epoch {}", line.name, first.value, first.epoch);
    if (line.points.size() > 1) text += fmt::format(", {:.4g} at epoch {}", last.value, last.epoch);
  }
  return unit.empty() ? text : fmt::format("{} ({})", text, unit);
}

}  // namespace

std::string plot_curves(const std::vector<EpochCurve>& curves, const std::string& unit,
                        const PlotSize& size) {
  std::vector<Line> lines = drawable_lines(curves);
  if (lines.empty()) return {};

  Frame frame{0, font_size + 20, size.width - 8, size.height - 50, 1, axis_for(lines)};
  frame.left = label_width(frame.axis) + 10;
  double name_width = 0;
  for (const Line& line : lines) {
    frame.epochs = std::max(frame.epochs, line.points.back().epoch);
    name_width = std::max(name_width, text_width(line.name));
  }
  const bool all_end_together = std::all_of(lines.begin(), lines.end(), [&](const Line& line) {
    return line.points.back().epoch == frame.epochs;
  });

  std::string names;
  std::vector<double> places;
  if (all_end_together && name_width < 0.3 * size.width) places = label_places(lines, frame);
  if (places.empty()) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      lines[i].dashes = dash_patterns[i % dash_patterns.size()];
    }
    frame.top += draw_legend(lines, font_size + 8, size.width, names);
  } else {
    frame.right -= name_width + label_offset;
    const double x = frame.x(frame.epochs) + label_offset;
    for (std::size_t i = 0; i < lines.size(); ++i) names += draw_name(lines[i], x, places[i]);
  }

  std::string svg = begin_svg(size, description(lines, unit));
  svg += draw_axes(frame, unit);
  for (const Line& line : lines) svg += draw_line(line, frame);
  return svg + names + "</svg>\n";
}

}}  // namespace hourglass
