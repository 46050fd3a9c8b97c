#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "hourglass/autograd/base/html.hpp"
#include "hourglass/drawing/plot.hpp"
#include "hourglass/drawing/plot_axis.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {
namespace {

// Colours that stay apart for colour-blind eyes (Okabe and Ito, 2008), should the page give none.
constexpr std::array colours = {"#0072b2", "#d55e00", "#009e73", "#8a5a3c", "#6b7480", "#cc79a7"};

std::string colour_of(std::size_t index) {
  const std::size_t k = index % colours.size();
  return fmt::format("var(--line-{}, {})", k + 1, colours[k]);
}

struct Frame {
  double left, top, right, bottom;
  Axis x, y;

  double across(double value) const { return left + (right - left) * x.share(value); }
  double up(double value) const { return bottom - (bottom - top) * y.share(value); }
};

bool drawable(const std::array<double, 2>& point, bool shares) {
  const auto [x, y] = point;
  if (shares) return x >= 0 && x <= 1 && y >= 0 && y <= 1;
  return x > 1e-100 && x < 1e100 && std::abs(y) < 1e100;
}

/// Only what can be drawn.
std::vector<Lines::Line> drawable_lines(const Lines& lines) {
  std::vector<Lines::Line> kept;
  for (Lines::Line line : lines.lines) {
    std::erase_if(line.points, [&](const auto& point) { return !drawable(point, lines.shares); });
    if (!line.points.empty()) kept.push_back(std::move(line));
  }
  return kept;
}

/// The least and the largest of coordinate k.
std::array<double, 2> range_of(const std::vector<Lines::Line>& lines, std::size_t k) {
  double low = lines[0].points[0][k], high = low;
  for (const Lines::Line& line : lines)
    for (const auto& point : line.points) {
      low = std::min(low, point[k]);
      high = std::max(high, point[k]);
    }
  return {low, high};
}

std::string draw_mark(double x, double y, std::size_t index) {
  return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\" style=\"fill: {}\"/>\n", x, y,
                     colour_of(index));
}

/// Draws the legend from the top down, as many names to a line as fit, and says how high it is.
double draw_legend(const std::vector<Lines::Line>& lines, bool marks, double width,
                   std::string& svg) {
  double x = 0, y = line_height / 2;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const double entry = 26 + text_width(lines[i].name) + 22;
    if (x > 0 && x + entry > width) {
      x = 0;
      y += line_height;
    }
    svg += fmt::format(
        "<path d=\"M{0:.1f} {1:.1f}h20\" style=\"stroke: {2}\" stroke-width=\"2\"/>\n"
        "<text x=\"{3:.1f}\" y=\"{4:.1f}\">{5}</text>\n",
        x, y, colour_of(i), x + 26, y + 0.35 * font_size, escape_html(lines[i].name));
    if (marks) svg += draw_mark(x + 10, y, i);
    x += entry;
  }
  return y + line_height;
}

std::string draw_axes(const Lines& lines, const Frame& frame) {
  std::string svg = draw_value_axis(frame.y, frame.left, frame.right, frame.top, frame.bottom);
  for (std::size_t i = 0; i < frame.x.ticks.size(); ++i)
    svg += fmt::format(
        "<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\" "
        "stroke=\"currentColor\" stroke-opacity=\"0.18\"/>\n"
        "<text x=\"{0:.1f}\" y=\"{3:.1f}\" text-anchor=\"middle\">{4}</text>\n",
        frame.across(frame.x.ticks[i]), frame.top, frame.bottom, frame.bottom + 20,
        frame.x.labels[i]);
  return svg + fmt::format(
                   "<text x=\"0\" y=\"{:.1f}\">{}</text>\n"
                   "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n",
                   frame.top - 14, escape_html(lines.y_name), (frame.left + frame.right) / 2,
                   frame.bottom + 42, escape_html(lines.x_name));
}

std::string draw_line(const Lines::Line& line, std::size_t index, bool marks, const Frame& frame) {
  std::string path, circles;
  for (const auto& [x, y] : line.points) {
    path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", frame.across(x), frame.up(y));
    if (marks) circles += draw_mark(frame.across(x), frame.up(y), index);
  }
  return fmt::format(
             "<path d=\"{}\" fill=\"none\" style=\"stroke: {}\" stroke-width=\"2\" "
             "stroke-linejoin=\"round\"/>\n",
             path, colour_of(index)) +
         circles;
}

}  // namespace

std::string plot_lines(const Lines& all, const PlotSize& size) {
  const std::vector<Lines::Line> lines = drawable_lines(all);
  if (lines.empty()) return {};
  const auto [x_low, x_high] = range_of(lines, 0);
  const auto [y_low, y_high] = range_of(lines, 1);
  std::string legend;
  const double top = 30 + draw_legend(lines, !all.shares, size.width, legend);
  Frame frame{
      0,
      top,
      size.width - 12,
      size.height - 50,
      all.shares ? linear_axis(0, 1) : logarithmic_axis(x_low, std::max(x_high, 1.01 * x_low)),
      all.shares ? linear_axis(0, 1) : linear_axis(y_low, y_high)};
  frame.left = label_width(frame.y) + 10;
  std::string description = fmt::format("{} by {}", all.y_name, all.x_name);
  for (const Lines::Line& line : lines)
    description +=
        fmt::format("; {}: {:.4g} at {:.3g} to {:.4g} at {:.3g}", line.name, line.points.front()[1],
                    line.points.front()[0], line.points.back()[1], line.points.back()[0]);
  std::string svg = begin_svg(size, description) + legend + draw_axes(all, frame);
  for (std::size_t i = lines.size(); i-- > 0;) svg += draw_line(lines[i], i, !all.shares, frame);
  return svg + "</svg>\n";
}

}}  // namespace hourglass
