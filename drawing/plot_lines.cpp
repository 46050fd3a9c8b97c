#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "hourglass/autograd/base/html.hpp"
#include "hourglass/drawing/plot.hpp"
#include "hourglass/drawing/plot_axis.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {
namespace {

bool drawable(const std::array<double, 2>& point, bool shares) {
  const auto [x, y] = point;
  if (shares) return x >= 0 && x <= 1 && y >= 0 && y <= 1;
  return x > 1e-100 && x < 1e100 && std::abs(y) < 1e100;
}

/// The lines with only the points that can be drawn.
std::vector<Lines::Line> drawable_lines(const Lines& lines) {
  std::vector<Lines::Line> kept;
  for (Lines::Line line : lines.lines) {
    std::erase_if(line.points, [&](const auto& point) { return !drawable(point, lines.shares); });
    if (!line.points.empty()) kept.push_back(std::move(line));
  }
  return kept;
}

/// The smallest and the largest value of coordinate k.
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
                     line_colour(index));
}

std::string draw_line(const Lines::Line& line, std::size_t index, bool marks,
                      const PlotFrame& frame) {
  std::string path, circles;
  for (const auto& [x, y] : line.points) {
    path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", frame.across(x), frame.up(y));
    if (marks) circles += draw_mark(frame.across(x), frame.up(y), index);
  }
  return fmt::format(
             "<path d=\"{}\" fill=\"none\" style=\"stroke: {}\" stroke-width=\"2\" "
             "stroke-linejoin=\"round\"/>\n",
             path, line_colour(index)) +
         circles;
}

}  // namespace

std::string plot_lines(const Lines& all, const PlotSize& size) {
  const std::vector<Lines::Line> lines = drawable_lines(all);
  if (lines.empty()) return {};
  const auto [x_low, x_high] = range_of(lines, 0);
  const auto [y_low, y_high] = range_of(lines, 1);
  std::vector<std::string> names;
  for (const Lines::Line& line : lines) names.push_back(line.name);
  const auto sample = [&](std::size_t k, double x, double y) {
    return fmt::format("<path d=\"M{:.1f} {:.1f}h20\" style=\"stroke: {}\" stroke-width=\"2\"/>\n",
                       x, y, line_colour(k)) +
           (all.shares ? "" : draw_mark(x + 10, y, k));
  };
  const Legend legend = draw_legend(names, 26, size.width, sample);
  PlotFrame frame{
      0,
      30 + legend.height,
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
  std::string svg =
      begin_svg(size, description) + legend.svg + draw_axes(frame, all.x_name, all.y_name, true);
  for (std::size_t i = lines.size(); i-- > 0;) svg += draw_line(lines[i], i, !all.shares, frame);
  return svg + "</svg>\n";
}

}}  // namespace hourglass
