#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/base/html.hpp"
#include "hourglass/drawing/plot.hpp"
#include "hourglass/drawing/plot_axis.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {
namespace {

constexpr std::size_t bins = 50;

/// The groups with only the values that can be drawn.
std::vector<Histogram::Group> drawable_groups(const Histogram& histogram) {
  std::vector<Histogram::Group> kept;
  for (Histogram::Group group : histogram.groups) {
    std::erase_if(group.values, [](double value) { return !(std::abs(value) < 1e100); });
    if (!group.values.empty()) kept.push_back(std::move(group));
  }
  return kept;
}

Axis axis_of(const std::vector<Histogram::Group>& groups, double threshold) {
  double low = threshold, high = threshold;
  for (const Histogram::Group& group : groups)
    for (double value : group.values) {
      low = std::min(low, value);
      high = std::max(high, value);
    }
  return low > 1e-100 && high > 10 * low ? logarithmic_axis(low, high) : linear_axis(low, high);
}

/// The share of the group that falls into each bin of the axis.
std::vector<double> shares_of(const Histogram::Group& group, const Axis& axis) {
  std::vector<double> shares(bins, 0.0);
  for (double value : group.values) {
    const double place = std::clamp(axis.share(value), 0.0, 1.0) * bins;
    shares[std::min(bins - 1, static_cast<std::size_t>(place))] +=
        1.0 / static_cast<double>(group.values.size());
  }
  return shares;
}

/// The x position of a share of the value axis.
double place(const PlotFrame& frame, double share) {
  return frame.left + (frame.right - frame.left) * share;
}

/// A stepped outline over the bins, filled down to the axis.
std::string draw_group(const std::vector<double>& shares, std::size_t group,
                       const PlotFrame& frame) {
  std::string path = fmt::format("M{:.1f} {:.1f}", frame.left, frame.bottom);
  for (std::size_t i = 0; i < bins; ++i)
    path +=
        fmt::format("V{:.1f}H{:.1f}", frame.up(shares[i]), place(frame, (double(i) + 1) / bins));
  return fmt::format(
      "<path d=\"{}V{:.1f}Z\" style=\"stroke: {}; fill: {}\" fill-opacity=\"0.25\" "
      "stroke-width=\"1.5\" stroke-linejoin=\"round\"/>\n",
      path, frame.bottom, line_colour(group), line_colour(group));
}

std::string draw_mark(std::size_t group, double x, double y) {
  return fmt::format(
      "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"13\" height=\"13\" rx=\"2\" fill-opacity=\"0.5\" "
      "style=\"fill: {}\"/>\n",
      x, y - 6.5, line_colour(group));
}

/// The line, and its name on the side where there is more room.
std::string draw_threshold(const Histogram& histogram, const PlotFrame& frame) {
  const double x = place(frame, std::clamp(frame.x.share(histogram.threshold), 0.0, 1.0));
  const bool after = x < (frame.left + frame.right) / 2;
  return fmt::format(
      "<path d=\"M{0:.1f} {1:.1f}V{2:.1f}\" stroke=\"currentColor\" stroke-width=\"1.5\" "
      "stroke-dasharray=\"5 4\"/>\n<text x=\"{3:.1f}\" y=\"{4:.1f}\" text-anchor=\"{5}\">{6}"
      "</text>\n",
      x, frame.top, frame.bottom, after ? x + 7 : x - 7, frame.top + 12, after ? "start" : "end",
      escape_html(histogram.threshold_name));
}

}  // namespace

std::string plot_histogram(const Histogram& histogram, const PlotSize& size) {
  const std::vector<Histogram::Group> groups = drawable_groups(histogram);
  if (groups.empty()) return {};
  std::vector<std::string> names;
  for (const Histogram::Group& group : groups) names.push_back(group.name);
  const Legend legend = draw_legend(names, 20, size.width, draw_mark);
  PlotFrame frame{0,
                  30 + legend.height,
                  size.width - 12,
                  size.height - 50,
                  axis_of(groups, histogram.threshold),
                  {}};
  std::string description = histogram.x_name;
  std::vector<std::vector<double>> shares;
  double highest = 0;
  for (const Histogram::Group& group : groups) {
    shares.push_back(shares_of(group, frame.x));
    highest = std::max(highest, *std::max_element(shares.back().begin(), shares.back().end()));
    description += fmt::format("; {}: {} values", group.name, group.values.size());
  }
  frame.y = linear_axis(0, highest);
  frame.left = label_width(frame.y) + 10;
  std::string svg = begin_svg(size, description) + legend.svg +
                    draw_axes(frame, histogram.x_name, histogram.y_name, false);
  for (std::size_t i = 0; i < groups.size(); ++i) svg += draw_group(shares[i], i, frame);
  return svg + draw_threshold(histogram, frame) + "</svg>\n";
}

}}  // namespace hourglass
