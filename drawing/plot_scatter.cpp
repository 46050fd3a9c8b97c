#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "hourglass/autograd/base/html.hpp"
#include "hourglass/drawing/plot.hpp"
#include "hourglass/drawing/plot_axis.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {
namespace {

using Place = std::array<double, 2>;

// Used if the page sets none.
constexpr std::array colours = {"#4269d0", "#d97706", "#c8324a", "#1f9a97", "#3a9a48",
                                "#b08d00", "#8f56c9", "#d85c98", "#8a5a3c", "#75808d"};

std::string colour_of(std::size_t label) {
  const std::size_t k = label % colours.size();
  return fmt::format("var(--class-{}, {})", k, colours[k]);
}

/// The drawable points of each class; if there are no classes, all are of class 0.
std::map<std::size_t, std::vector<Place>> by_class(const Scatter& scatter) {
  std::map<std::size_t, std::vector<Place>> classes;
  for (std::size_t i = 0; i < scatter.points.size(); ++i) {
    const auto& [x, y] = scatter.points[i];
    if (!(std::abs(x) < 1e100 && std::abs(y) < 1e100)) continue;
    classes[scatter.labels.empty() ? 0 : scatter.labels[i]].push_back({x, y});
  }
  return classes;
}

Place place_of(const Place& point, const PlotFrame& frame) {
  return {frame.across(point[0]), frame.up(point[1])};
}

/// The axis, cut off a little beyond the points.
Axis trimmed(Axis axis, double low, double high) {
  const double room = 0.03 * (axis.high - axis.low);
  axis.low = std::max(axis.low, low - room);
  axis.high = std::min(axis.high, high + room);
  for (std::size_t i = axis.ticks.size(); i-- > 0;) {
    if (axis.ticks[i] >= axis.low && axis.ticks[i] <= axis.high) continue;
    axis.ticks.erase(axis.ticks.begin() + static_cast<std::ptrdiff_t>(i));
    axis.labels.erase(axis.labels.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return axis;
}

Axis axis_along(const std::map<std::size_t, std::vector<Place>>& classes, std::size_t k) {
  double low = classes.begin()->second[0][k], high = low;
  for (const auto& [label, points] : classes)
    for (const Place& point : points) {
      low = std::min(low, point[k]);
      high = std::max(high, point[k]);
    }
  return trimmed(linear_axis(low, high), low, high);
}

/// A part of a class's points as one path: each is a line of zero length with a round end.
std::string draw_points(const std::vector<Place>& points, std::size_t label, std::size_t part,
                        std::size_t parts, const PlotFrame& frame) {
  std::string path;
  for (std::size_t i = part; i < points.size(); i += parts) {
    const Place place = place_of(points[i], frame);
    path += fmt::format("M{:.1f} {:.1f}h0", place[0], place[1]);
  }
  if (path.empty()) return {};
  return fmt::format(
      "<path d=\"{}\" style=\"stroke: {}\" stroke-width=\"4.5\" stroke-opacity=\"0.7\" "
      "stroke-linecap=\"round\" fill=\"none\"/>\n",
      path, colour_of(label));
}

double median(std::vector<Place> points, std::size_t k) {
  const auto middle = points.begin() + static_cast<std::ptrdiff_t>(points.size() / 2);
  std::nth_element(points.begin(), middle, points.end(),
                   [k](const Place& a, const Place& b) { return a[k] < b[k]; });
  return (*middle)[k];
}

std::string name_of(const Scatter& scatter, std::size_t label) {
  return label < scatter.class_names.size() ? scatter.class_names[label] : std::to_string(label);
}

/// A dot and a name for each class.
Legend legend_of(const std::map<std::size_t, std::vector<Place>>& classes, const Scatter& scatter,
                 double width) {
  std::vector<std::size_t> labels;
  std::vector<std::string> names;
  for (const auto& [label, points] : classes) {
    labels.push_back(label);
    const bool first_number = names.empty() && label >= scatter.class_names.size();
    names.push_back((first_number ? "class " : "") + name_of(scatter, label));
  }
  return draw_legend(names, 12, width, [&](std::size_t k, double x, double y) {
    return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4.5\" style=\"fill: {}\"/>\n",
                       x + 4.5, y, colour_of(labels[k]));
  });
}

/// The classes' names at the medians of their points, moved apart where they would overlap, each
/// with an outline in the colour of the page.
std::string draw_names(const std::map<std::size_t, std::vector<Place>>& classes,
                       const Scatter& scatter, const PlotFrame& frame) {
  std::map<std::size_t, Place> places;
  for (const auto& [label, points] : classes)
    places[label] = place_of({median(points, 0), median(points, 1)}, frame);
  constexpr double apart = 21;
  for (int round = 0; round < 40; ++round)
    for (auto& [a, first] : places)
      for (auto& [b, second] : places) {
        const double dx = second[0] - first[0], dy = second[1] - first[1];
        const double distance = std::hypot(dx, dy);
        if (a >= b || distance >= apart) continue;
        const double push = (apart - distance) / 2;
        const Place away = distance > 0 ? Place{dx / distance, dy / distance} : Place{1, 0};
        for (std::size_t k : {0, 1}) {
          first[k] -= push * away[k];
          second[k] += push * away[k];
        }
      }
  std::string svg;
  constexpr double size = 19;
  for (const auto& [label, place] : places) {
    const std::string name = name_of(scatter, label);
    const double half = text_width(name) * size / font_size / 2;  // names stay inside the frame
    const double x = std::max(frame.left + half, std::min(place[0], frame.right - half));
    svg += fmt::format(
        "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\" font-size=\"{}\" "
        "font-weight=\"700\" stroke-width=\"5\" stroke-linejoin=\"round\" "
        "paint-order=\"stroke\" style=\"fill: {}; stroke: var(--page, #fff)\">{}</text>\n",
        x, place[1] + 7, size, colour_of(label), escape_html(name));
  }
  return svg;
}

}  // namespace

std::string plot_scatter(const Scatter& scatter, const PlotSize& size) {
  const auto classes = by_class(scatter);
  if (classes.empty()) return {};
  PlotFrame frame{
      0, 30, size.width - 8, size.height - 50, axis_along(classes, 0), axis_along(classes, 1)};
  frame.left = label_width(frame.y) + 10;

  Legend legend{"", 0};
  std::string names;
  if (!scatter.labels.empty()) {
    legend = legend_of(classes, scatter, size.width);
    frame.top += legend.height;
    names = draw_names(classes, scatter, frame);
  }
  std::size_t drawn = 0;
  for (const auto& [label, points] : classes) drawn += points.size();
  std::string svg =
      begin_svg(size, fmt::format("{} points by {} and {}", drawn, scatter.x_name, scatter.y_name));
  svg += legend.svg + draw_axes(frame, scatter.x_name, scatter.y_name, true);
  constexpr std::size_t parts = 4;  // drawn in turn, so that no class covers the others
  for (std::size_t part = 0; part < parts; ++part)
    for (const auto& [label, points] : classes)
      svg += draw_points(points, label, part, parts, frame);
  return svg + names + "</svg>\n";
}

}}  // namespace hourglass
