#include <fmt/format.h>

#include <algorithm>

#include "hourglass/autograd/base/html.hpp"
#include "hourglass/drawing/plot.hpp"
#include "hourglass/drawing/plot_axis.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {
namespace {

/// The name, or as much of it as fits.
std::string fitting(const std::string& name, double width) {
  if (text_width(name) <= width) return name;
  std::string cut = name;
  while (!cut.empty() && text_width(cut + "…") > width) cut.pop_back();
  while (!cut.empty() && (cut.back() & 0x80)) cut.pop_back();  // not half of a character
  return cut + "…";
}

struct Frame {
  double left, top, cell;
  double x(std::size_t column) const { return left + cell * double(column); }
  double y(std::size_t row) const { return top + cell * double(row); }
};

/// A square, the darker the larger the share, and the share in percent.
std::string draw_cell(const Frame& frame, std::size_t row, std::size_t column, double share) {
  const char* colour = row == column ? "var(--line-1, #0072b2)" : "var(--line-2, #d55e00)";
  const double x = frame.x(column), y = frame.y(row);
  std::string svg = fmt::format(
      "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"2\" "
      "style=\"fill: {}\" fill-opacity=\"{:.2f}\"/>\n",
      x + 1, y + 1, frame.cell - 2, frame.cell - 2, colour, 0.04 + 0.5 * share);
  const std::string text = share >= 0.995   ? "100"
                           : share >= 0.095 ? fmt::format("{:.0f}", 100 * share)
                                            : fmt::format("{:.1f}", 100 * share);
  if (share >= 0.0005 && text_width(text) <= frame.cell - 2)
    svg += fmt::format(
        "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\" style=\"fill: var(--ink, "
        "#1f2328)\">{}</text>\n",
        x + frame.cell / 2, y + frame.cell / 2 + 0.35 * font_size, text);
  return svg;
}

}  // namespace

std::string plot_confusion(const Confusion& confusion, const PlotSize& size) {
  const std::size_t classes = confusion.names.size();
  if (classes == 0) return {};
  Frame frame{text_width("really"), 44, 0};
  for (const std::string& name : confusion.names)
    frame.left = std::max(frame.left, text_width(name));
  frame.left = std::min(frame.left, 0.3 * size.width) + 12;
  frame.cell = std::min(80.0, (size.width - frame.left) / double(classes));
  const double height = frame.y(classes) + 4;
  double right = 0, all = 0;
  std::string cells;
  for (std::size_t row = 0; row < classes; ++row) {
    double sum = 0;
    for (std::size_t count : confusion.counts[row]) sum += double(count);
    all += sum;
    right += double(confusion.counts[row][row]);
    for (std::size_t column = 0; column < classes; ++column)
      cells +=
          draw_cell(frame, row, column, sum > 0 ? double(confusion.counts[row][column]) / sum : 0);
    const std::string name = escape_html(fitting(confusion.names[row], frame.left - 12));
    cells += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
                         frame.left - 10, frame.y(row) + frame.cell / 2 + 0.35 * font_size, name);
    const std::string head = escape_html(fitting(confusion.names[row], frame.cell - 2));
    cells += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n",
                         frame.x(row) + frame.cell / 2, frame.top - 8, head);
  }
  return begin_svg({size.width, height},
                   fmt::format("What each class is taken for; {} of {} are right", right, all)) +
         fmt::format(
             "<text x=\"0\" y=\"{:.1f}\">really</text>\n"
             "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">taken for</text>\n",
             frame.top - 8, frame.left + frame.cell * double(classes) / 2, font_size) +
         cells + "</svg>\n";
}

}}  // namespace hourglass
