#include "apps/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "nn/html.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {
namespace {

constexpr double font_size = 13;
constexpr double line_height = 18;
constexpr double label_offset = 10;  // from a curve's last point to its name

/// A point of a curve: the epoch and the value there.
struct Point {
  double epoch, value;
};

/// A curve with only what can be drawn of it.
struct Line {
  std::string name;
  std::string colour, dashes;
  std::vector<Point> points;
};

/// The axis of the values: its ends, and what is written where.
struct Axis {
  bool logarithmic = false;
  double low = 0, high = 1;
  std::vector<double> ticks;
  std::vector<std::string> labels;
};

/// The rectangle that the lines are drawn in, and what maps to it.
struct Frame {
  double left, top, right, bottom;
  double epochs;
  Axis axis;

  double x(double epoch) const {
    if (epochs == 1) return (left + right) / 2;
    return left + (right - left) * (epoch - 1) / (epochs - 1);
  }
  double y(double value) const {
    const auto place = [this](double v) { return axis.logarithmic ? std::log10(v) : v; };
    const double share = (place(value) - place(axis.low)) / (place(axis.high) - place(axis.low));
    return bottom - (bottom - top) * share;
  }
};

// Colours that stay apart for colour-blind eyes (Okabe and Ito, 2008), should the page give none.
constexpr std::array colours = {"#6b7480", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00"};
constexpr std::array dash_patterns = {"none", "7 4", "2 4", "10 4 2 4", "12 6", "4 2"};

std::string colour_of(std::size_t index) {
  const std::size_t k = index % colours.size();
  return fmt::format("var(--curve-{}, {})", k + 1, colours[k]);
}

/// A bound far from where the arithmetic of ticks would overflow counts as infinite.
bool drawable(double value) {
  return std::isfinite(value) && std::abs(value) < 1e100;
}

std::vector<Line> drawable_lines(const std::vector<ReportCurve>& curves) {
  std::vector<Line> lines;
  for (const ReportCurve& curve : curves) {
    Line line{curve.name, {}, "none", {}};
    for (std::size_t i = 0; i < curve.values.size(); ++i) {
      if (drawable(curve.values[i])) line.points.push_back({i + 1.0, curve.values[i]});
    }
    if (!line.points.empty()) lines.push_back(std::move(line));
  }
  // A lone curve takes the second colour, the accent: the first is the quiet one of a companion.
  const std::size_t first = lines.size() == 1 ? 1 : 0;
  for (std::size_t i = 0; i < lines.size(); ++i) lines[i].colour = colour_of(first + i);
  return lines;
}

/// How wide a text of this many letters is, nearly: what a system's sans-serif letter takes.
double text_width(std::string_view text) {
  const auto letters =
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
  return 0.56 * font_size * static_cast<double>(letters);
}

/// 1, 2 or 5 times a power of ten, so that a span takes at most about `most` steps.
double nice_step(double span, double most) {
  const double power = std::pow(10.0, std::floor(std::log10(span / most)));
  for (double factor : {1.0, 2.0, 5.0}) {
    if (factor * power * most >= span * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

std::string scientific(double value) {
  constexpr std::array digits = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  const std::string text = fmt::format("{:.3e}", value);
  const std::size_t e = text.find('e');
  const std::string mantissa = fmt::format("{:g}", std::stod(text.substr(0, e)));
  const int exponent = std::stoi(text.substr(e + 1));
  std::string raised = exponent < 0 ? "⁻" : "";
  for (char digit : std::to_string(std::abs(exponent))) raised += digits[digit - '0'];
  if (mantissa == "1") return "10" + raised;
  if (mantissa == "-1") return "-10" + raised;
  return fmt::format("{}×10{}", mantissa, raised);
}

/// The number with as many decimals as its step of 1, 2 or 5 times a power of ten needs.
std::string fixed(double value, double step) {
  const int decimals = static_cast<int>(-std::floor(std::log10(step) + 1e-9));
  return fmt::format("{:.{}f}", value, std::clamp(decimals, 0, 12));
}

std::string with_minus_sign(std::string text) {
  return text.starts_with('-') ? "−" + text.substr(1) : text;
}

Axis linear_axis(double low, double high) {
  double size = std::max(std::abs(low), std::abs(high));
  if (high - low <= 1e-9 * size || size < 1e-90) {
    const double room = size < 1e-90 ? 1 : 0.1 * size;
    low -= room;
    high += room;
    size += room;
  }
  Axis axis;
  const double step = nice_step(high - low, 5);
  const double first = std::floor(low / step + 1e-9), last = std::ceil(high / step - 1e-9);
  for (double i = first; i <= last; ++i) axis.ticks.push_back(i * step);
  axis.low = axis.ticks.front();
  axis.high = axis.ticks.back();
  const bool far = size >= 1e6 || size < 1e-3;
  for (double tick : axis.ticks) {
    // Numbers near each other differ only in their last digits, which the short form would cut off.
    const bool short_form = far && step > 1e-3 * size && tick != 0;
    axis.labels.push_back(with_minus_sign(short_form ? scientific(tick) : fixed(tick, step)));
  }
  return axis;
}

Axis logarithmic_axis(double low, double high) {
  Axis axis;
  axis.logarithmic = true;
  const int first = static_cast<int>(std::floor(std::log10(low)));
  const int last = static_cast<int>(std::ceil(std::log10(high)));
  const int stride = 1 + (last - first) / 7;
  const std::vector<double> factors =
      last - first <= 3 ? std::vector<double>{1, 2, 5} : std::vector<double>{1};
  for (int exponent = first; exponent <= last + stride; exponent += stride) {
    for (double factor : factors) axis.ticks.push_back(factor * std::pow(10.0, exponent));
  }
  const auto past_low = std::upper_bound(axis.ticks.begin(), axis.ticks.end(), low * (1 + 1e-9));
  axis.ticks.erase(axis.ticks.begin(), std::max(axis.ticks.begin(), past_low - 1));
  const auto reach_high = std::lower_bound(axis.ticks.begin(), axis.ticks.end(), high * (1 - 1e-9));
  if (reach_high != axis.ticks.end()) axis.ticks.erase(reach_high + 1, axis.ticks.end());
  axis.low = axis.ticks.front();
  axis.high = axis.ticks.back();
  const bool far = axis.high > 1e6 || axis.low < 1e-4;
  for (double tick : axis.ticks) {
    const double step = std::pow(10.0, std::floor(std::log10(tick) + 1e-9));
    axis.labels.push_back(far ? scientific(tick) : fixed(tick, step));
  }
  return axis;
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

/// Where the names stand beside the ends of their lines, top to bottom moved apart as far as
/// needed; nothing if one would stand so far from its line's end that it would not be read as its
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
  for (std::size_t i = 0; i < frame.axis.ticks.size(); ++i) {
    const double y = frame.y(frame.axis.ticks[i]);
    svg += fmt::format(
        "<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"currentColor\" "
        "stroke-opacity=\"{}\"/>\n<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
        frame.left, frame.right, y, y, i == 0 ? 0.6 : 0.18, frame.left - 8, y + 0.35 * font_size,
        frame.axis.labels[i]);
  }
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

/// Draws the legend from `top` down, as many names to a line as fit, and says how high it became.
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

/// What a reader who does not see the plot is told.
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

std::string plot_curves(const std::vector<ReportCurve>& curves, const std::string& unit,
                        const PlotSize& size) {
  std::vector<Line> lines = drawable_lines(curves);
  if (lines.empty()) return {};

  Frame frame{0, font_size + 20, size.width - 8, size.height - 50, 1, axis_for(lines)};
  for (const std::string& label : frame.axis.labels) {
    frame.left = std::max(frame.left, text_width(label) + 10);
  }
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

  std::string svg = fmt::format(
      "<svg viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" role=\"img\" font-size=\"{2}\" "
      "fill=\"currentColor\">\n<title>{3}</title>\n",
      size.width, size.height, font_size, escape_html(description(lines, unit)));
  svg += draw_axes(frame, unit);
  for (const Line& line : lines) svg += draw_line(line, frame);
  return svg + names + "</svg>\n";
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
