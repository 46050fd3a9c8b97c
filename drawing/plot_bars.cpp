#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/base/html.hpp"
#include "hourglass/drawing/plot.hpp"
#include "hourglass/drawing/plot_axis.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {
namespace {

double height_of(double value) {
  return std::isfinite(value) ? std::clamp(value, 0.0, 1e100) : 0;
}

/// The step between bars at which all names have room.
std::size_t names_apart(const Bars& bars, double slot) {
  double widest = 0;
  for (const std::string& name : bars.names) widest = std::max(widest, text_width(name));
  const double apart = nice_step((widest + 8) / slot, 1);
  return static_cast<std::size_t>(std::max(1.0, apart));
}

}  // namespace

std::string plot_bars(const Bars& bars, const PlotSize& size) {
  if (bars.values.empty()) return {};
  double most = 0;
  for (double value : bars.values) most = std::max(most, height_of(value));
  const Axis axis = linear_axis(0, most > 0 ? most : 1);
  const double left = label_width(axis) + 10, right = size.width - 8;
  const double top = font_size + 20, bottom = size.height - 50;
  const double slot = (right - left) / static_cast<double>(bars.values.size());
  const double gap = slot > 4 ? std::min(0.25 * slot, 8.0) : 0;

  std::string svg = begin_svg(
      size, fmt::format("{} bars: {} by {}, the highest {:.4g}, the lowest {:.4g}",
                        bars.values.size(), bars.y_name, bars.x_name, most,
                        height_of(*std::min_element(bars.values.begin(), bars.values.end()))));
  svg += fmt::format("<text x=\"0\" y=\"{}\">{}</text>\n", font_size, escape_html(bars.y_name));
  svg += draw_value_axis(axis, left, right, top, bottom);
  const std::size_t apart = names_apart(bars, slot);
  for (std::size_t i = 0; i < bars.values.size(); ++i) {
    const double x = left + slot * static_cast<double>(i);
    const double height = (bottom - top) * axis.share(height_of(bars.values[i]));
    svg += fmt::format(
        "<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\"{} style=\"fill: "
        "{}\"/>\n",
        x + gap / 2, bottom - height, slot - gap, height,
        gap > 0 ? "" : " shape-rendering=\"crispEdges\"",
        i < bars.marked ? "var(--accent, #0b62a8)" : "var(--quiet, #626b75)");
    if (i < bars.names.size() && i % apart == 0)
      svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n",
                         x + slot / 2, bottom + 20, escape_html(bars.names[i]));
  }
  return svg +
         fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n</svg>\n",
                     (left + right) / 2, bottom + 42, escape_html(bars.x_name));
}

}}  // namespace hourglass
