#include "hourglass/drawing/plot_axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "hourglass/autograd/base/html.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

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

/// The number with as many decimals as its step, 1, 2 or 5 times a power of ten, needs.
std::string fixed(double value, double step) {
  const int decimals = static_cast<int>(-std::floor(std::log10(step) + 1e-9));
  return fmt::format("{:.{}f}", value, std::clamp(decimals, 0, 12));
}

std::string with_minus_sign(const std::string& text) {
  return text.starts_with('-') ? "−" + text.substr(1) : text;
}

}  // namespace

double text_width(std::string_view text) {
  const auto letters =
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
  return 0.56 * font_size * static_cast<double>(letters);
}

double nice_step(double span, double most) {
  const double power = std::pow(10.0, std::floor(std::log10(span / most)));
  for (double factor : {1.0, 2.0, 5.0}) {
    if (factor * power * most >= span * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

double Axis::share(double value) const {
  const auto place = [this](double v) { return logarithmic ? std::log10(v) : v; };
  return (place(value) - place(low)) / (place(high) - place(low));
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

double label_width(const Axis& axis) {
  double width = 0;
  for (const std::string& label : axis.labels) width = std::max(width, text_width(label));
  return width;
}

std::string draw_value_axis(const Axis& axis, double left, double right, double top,
                            double bottom) {
  std::string svg;
  for (std::size_t i = 0; i < axis.ticks.size(); ++i) {
    const double y = bottom - (bottom - top) * axis.share(axis.ticks[i]);
    svg += fmt::format(
        "<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"currentColor\" "
        "stroke-opacity=\"{}\"/>\n<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
        left, right, y, y, axis.ticks[i] == axis.low ? 0.6 : 0.18, left - 8, y + 0.35 * font_size,
        axis.labels[i]);
  }
  return svg;
}

std::string draw_axes(const PlotFrame& frame, const std::string& x_name, const std::string& y_name,
                      bool upright_lines) {
  std::string svg = draw_value_axis(frame.y, frame.left, frame.right, frame.top, frame.bottom);
  for (std::size_t i = 0; i < frame.x.ticks.size(); ++i) {
    const double x = frame.across(frame.x.ticks[i]);
    if (upright_lines)
      svg += fmt::format(
          "<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\" "
          "stroke=\"currentColor\" stroke-opacity=\"0.18\"/>\n",
          x, frame.top, frame.bottom);
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n", x,
                       frame.bottom + 20, frame.x.labels[i]);
  }
  return svg + fmt::format(
                   "<text x=\"0\" y=\"{:.1f}\">{}</text>\n"
                   "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n",
                   frame.top - 14, escape_html(y_name), (frame.left + frame.right) / 2,
                   frame.bottom + 42, escape_html(x_name));
}

std::string line_colour(std::size_t k) {
  // Okabe and Ito, 2008.
  constexpr std::array colours = {"#0072b2", "#d55e00", "#009e73", "#8a5a3c", "#6b7480", "#cc79a7"};
  return fmt::format("var(--line-{}, {})", k % colours.size() + 1, colours[k % colours.size()]);
}

Legend draw_legend(const std::vector<std::string>& names, double mark_width, double width,
                   const std::function<std::string(std::size_t, double, double)>& mark) {
  std::string svg;
  double x = 0, y = line_height / 2;
  for (std::size_t k = 0; k < names.size(); ++k) {
    const double entry = mark_width + text_width(names[k]) + 22;
    if (x > 0 && x + entry > width) {
      x = 0;
      y += line_height;
    }
    svg += mark(k, x, y) + fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n",
                                       x + mark_width, y + 0.35 * font_size, escape_html(names[k]));
    x += entry;
  }
  return {svg, y + line_height};
}

std::string svg_file(const std::string& drawing, const PlotSize& size) {
  constexpr double margin = 16;
  const double width = size.width + 2 * margin, height = size.height + 2 * margin;
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} "
      "{1}\" font-family=\"system-ui, sans-serif\" color=\"#1b1f24\">\n<rect width=\"100%\" "
      "height=\"100%\" fill=\"#fff\"/>\n<g transform=\"translate({2} {2})\">\n{3}</g>\n</svg>\n",
      width, height, margin, drawing);
}

std::string begin_svg(const PlotSize& size, const std::string& description) {
  return fmt::format(
      "<svg viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" overflow=\"visible\" role=\"img\" "
      "font-size=\"{2}\" fill=\"currentColor\">\n<title>{3}</title>\n",
      size.width, size.height, font_size, escape_html(description));
}

}}  // namespace hourglass
