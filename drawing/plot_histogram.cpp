#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "hourglass/autograd/base/html.hpp"
#include "hourglass/drawing/plot.hpp"
#include "hourglass/drawing/plot_axis.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {
namespace {

constexpr std::size_t bins = 50;
constexpr std::array colours = {"#0072b2", "#d55e00", "#009e73"};  // should the page give none

std::string colour_of(std::size_t group) {
  const std::size_t k = group % colours.size();
  return fmt::format("var(--line-{}, {})", k + 1, colours[k]);
}

struct Frame {
  double left, top, right, bottom;
  Axis x, y;

  double across(double share) const { return left + (right - left) * share; }
  double up(double value) const { return bottom - (bottom - top) * y.share(value); }
};

/// Only what can be drawn.
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

/// A stepped outline over the bins, filled down to the axis.
std::string draw_group(const std::vector<double>& shares, std::size_t group, const Frame& frame) {
  std::string path = fmt::format("M{:.1f} {:.1f}", frame.left, frame.bottom);
  for (std::size_t i = 0; i < bins; ++i)
    path +=
        fmt::format("V{:.1f}H{:.1f}", frame.up(shares[i]), frame.across((double(i) + 1) / bins));
  return fmt::format(
      "<path d=\"{}V{:.1f}Z\" style=\"stroke: {}; fill: {}\" fill-opacity=\"0.25\" "
      "stroke-width=\"1.5\" stroke-linejoin=\"round\"/>\n",
      path, frame.bottom, colour_of(group), colour_of(group));
}

/// Names from the left, as many to a line as fit; says how high they are.
double draw_legend(const std::vector<Histogram::Group>& groups, double width, std::string& svg) {
  double x = 0, y = line_height / 2;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const double entry = 20 + text_width(groups[i].name) + 22;
    if (x > 0 && x + entry > width) {
      x = 0;
      y += line_height;
    }
    svg += fmt::format(
        "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"13\" height=\"13\" rx=\"2\" fill-opacity=\"0.5\" "
        "style=\"fill: {}\"/>\n<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n",
        x, y - 6.5, colour_of(i), x + 20, y + 0.35 * font_size, escape_html(groups[i].name));
    x += entry;
  }
  return y + line_height;
}

std::string draw_axes(const Histogram& histogram, const Frame& frame) {
  std::string svg = draw_value_axis(frame.y, frame.left, frame.right, frame.top, frame.bottom);
  for (std::size_t i = 0; i < frame.x.ticks.size(); ++i)
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n",
                       frame.across(frame.x.share(frame.x.ticks[i])), frame.bottom + 20,
                       frame.x.labels[i]);
  return svg + fmt::format(
                   "<text x=\"0\" y=\"{:.1f}\">{}</text>\n"
                   "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n",
                   frame.top - 14, escape_html(histogram.y_name), (frame.left + frame.right) / 2,
                   frame.bottom + 42, escape_html(histogram.x_name));
}

/// The line, and its name on the side where there is more room.
std::string draw_threshold(const Histogram& histogram, const Frame& frame) {
  const double x = frame.across(std::clamp(frame.x.share(histogram.threshold), 0.0, 1.0));
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
  std::string legend, description = histogram.x_name;
  const double top = 30 + draw_legend(groups, size.width, legend);
  Frame frame{0, top, size.width - 12, size.height - 50, axis_of(groups, histogram.threshold), {}};
  std::vector<std::vector<double>> shares;
  double highest = 0;
  for (const Histogram::Group& group : groups) {
    shares.push_back(shares_of(group, frame.x));
    highest = std::max(highest, *std::max_element(shares.back().begin(), shares.back().end()));
    description += fmt::format("; {}: {} values", group.name, group.values.size());
  }
  frame.y = linear_axis(0, highest);
  frame.left = label_width(frame.y) + 10;
  std::string svg = begin_svg(size, description) + legend + draw_axes(histogram, frame);
  for (std::size_t i = 0; i < groups.size(); ++i) svg += draw_group(shares[i], i, frame);
  return svg + draw_threshold(histogram, frame) + "</svg>\n";
}

}}  // namespace hourglass
