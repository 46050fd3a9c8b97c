#include "apps/reports/report.hpp"

#include <fmt/format.h>
#include <modp_b64.h>

#include <algorithm>
#include <cstdint>

#include "hourglass/autograd/base/html.hpp"
#include "hourglass/drawing/plot.hpp"
#include "report_css.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {
namespace {

/// A section with a heading; nothing if it has no content.
std::string section(const std::string& heading, const std::string& content) {
  if (content.empty()) return {};
  return fmt::format("<section>\n<h2>{}</h2>\n{}</section>\n\n", heading, content);
}

std::string header(const Report& report) {
  std::string html = "<header>\n" + page_heading(report.kind, report.title);
  if (!report.summary.empty())
    html += fmt::format("<p class=\"summary\">{}</p>\n", escape_html(report.summary));
  return html + "</header>\n\n";
}

std::string objective(const Report& report) {
  if (report.objective.empty()) return {};
  return fmt::format("<p class=\"formula\">{}</p>\n", escape_html(report.objective));
}

/// The lines one below the other; all but the first in this style.
std::string in_lines(const std::string& text, const std::string& style) {
  std::string html;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = escape_html(text.substr(at, end - at));
    html += at == 0 ? line : fmt::format("<span class=\"{}\">{}</span>", style, line);
    at = end + 1;
  }
  return html;
}

std::string metric_row(const ReportMetric& metric, bool baselines) {
  std::string html = fmt::format("<tr><th scope=\"row\">{}", escape_html(metric.name));
  if (!metric.meaning.empty())
    html += fmt::format("<span class=\"meaning\">{}</span>", escape_html(metric.meaning));
  html += fmt::format("</th><td class=\"number ours\" data-column=\"Model\">{}</td>",
                      in_lines(metric.value, "meaning"));
  if (baselines)
    html += fmt::format("<td class=\"number\" data-column=\"PCA\">{}</td>",
                        metric.baseline.empty() ? "–" : in_lines(metric.baseline, "meaning"));
  return html + fmt::format("<td class=\"unit\">{}</td></tr>\n", escape_html(metric.unit));
}

std::string metrics(const Report& report) {
  if (report.metrics.empty()) return {};
  const bool baselines =
      std::any_of(report.metrics.begin(), report.metrics.end(),
                  [](const ReportMetric& metric) { return !metric.baseline.empty(); });
  std::string html =
      "<table class=\"metrics\">\n<thead><tr><th scope=\"col\">Metric</th>"
      "<th scope=\"col\" class=\"number\">Model</th>";
  if (baselines) html += "<th scope=\"col\" class=\"number\">PCA</th>";
  html += "<th scope=\"col\">Unit</th></tr></thead>\n<tbody>\n";
  for (const ReportMetric& metric : report.metrics) html += metric_row(metric, baselines);
  html = scrolling_table("Results", html + "</tbody>\n</table>\n");
  if (baselines)
    html += fmt::format("<p class=\"note\">{}</p>\n", escape_html(report.baseline_note));
  return html;
}

/// The drawing for wide and for narrow screens, one of which the style sheet shows: a single drawing
/// made smaller would make its text smaller too.
std::string html_of(const ReportDrawing& drawing, const std::string& /*title*/) {
  return fmt::format("<div class=\"plot wide\">\n{}</div>\n<div class=\"plot narrow\">\n{}</div>\n",
                     drawing.wide, drawing.narrow);
}

std::string curves(const Report& report) {
  const ReportDrawing drawing = draw_for_screens(
      [&](const PlotSize& size) { return plot_curves(report.curves, report.curve_unit, size); },
      {});
  return drawing.wide.empty() ? "" : html_of(drawing, "");
}

/// ` width="W" height="H"` from the head of a PNG file, so that the page does not jump on loading.
std::string size_attributes(const std::string& png) {
  if (png.size() < 24) return {};
  const auto number_at = [&png](std::size_t place) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      number = number << 8 | static_cast<std::uint8_t>(png[place + i]);
    }
    return number;
  };
  return fmt::format(" width=\"{}\" height=\"{}\"", number_at(16), number_at(20));
}

std::string html_of(const ReportImage& image, const std::string& title) {
  return fmt::format("<img src=\"data:image/png;base64,{}\"{} alt=\"{}\">\n",
                     modp::b64_encode(image.png), size_attributes(image.png), escape_html(title));
}

/// Whether it is a number with its unit, which no line break should split.
bool is_number(const std::string& text) {
  return text.find_first_not_of("0123456789.,-−± %") == std::string::npos;
}

std::string html_of(const ReportTable& table, const std::string& title) {
  std::string html = "<table class=\"rows\">\n<thead><tr>";
  for (const std::string& head : table.heads)
    html += fmt::format("<th scope=\"col\">{}</th>", escape_html(head));
  html += "</tr></thead>\n<tbody>\n";
  for (const std::vector<std::string>& row : table.rows) {
    html += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i)
      html += i == 0 ? fmt::format("<th scope=\"row\">{}</th>", in_lines(row[i], "meaning"))
                     : fmt::format("<td{}>{}</td>", is_number(row[i]) ? " class=\"number\"" : "",
                                   in_lines(row[i], "line"));
    html += "</tr>\n";
  }
  return scrolling_table(title, html + "</tbody>\n</table>\n");
}

/// A table's caption is above it, as column names are; that of other figures is below.
std::string figure(const ReportFigure& figure) {
  const std::string caption = fmt::format("<figcaption><strong>{}</strong> {}</figcaption>\n",
                                          escape_html(figure.title), escape_html(figure.caption));
  const std::string content = std::visit(
      [&](const auto& content) { return html_of(content, figure.title); }, figure.content);
  if (std::holds_alternative<ReportTable>(figure.content))
    return fmt::format("<figure class=\"words-first\">\n{}{}</figure>\n", caption, content);
  return fmt::format("<figure>\n{}{}</figure>\n", content, caption);
}

/// A section for each heading, in the order of the figures.
std::string figures(const Report& report) {
  std::vector<std::pair<std::string, std::string>> sections;
  for (const ReportFigure& each : report.figures) {
    if (sections.empty() || sections.back().first != each.section)
      sections.emplace_back(each.section, "");
    sections.back().second += figure(each);
  }
  std::string html;
  for (const auto& [heading, content] : sections) html += section(escape_html(heading), content);
  return html;
}

std::string settings(const Report& report) {
  if (report.settings.empty()) return {};
  std::string html = "<table class=\"settings\">\n<tbody>\n";
  for (const auto& [name, value] : report.settings) {
    html += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", escape_html(name),
                        escape_html(value));
  }
  return scrolling_table("Settings", html + "</tbody>\n</table>\n");
}

std::string warnings(const Report& report) {
  if (report.warnings.empty()) return {};
  std::string html = "<ul>\n";
  for (const std::string& warning : report.warnings)
    html += fmt::format("<li>{}</li>\n", escape_html(warning));
  return html + "</ul>\n";
}

std::string command(const Report& report) {
  if (report.command.empty()) return {};
  return fmt::format("<pre><code>{}</code></pre>\n", escape_html(report.command));
}

}  // namespace

ReportDrawing draw_for_screens(const std::function<std::string(const PlotSize&)>& plot,
                               const PlotSize& wide, const PlotSize& narrow) {
  return {plot(wide), plot(narrow)};
}

std::string to_html(const Report& report) {
  std::string html = begin_page(report.title, report_css, "img-src data:");
  html += header(report) + "<main>\n";
  html += section("Objective", objective(report));
  html += section("Warnings", warnings(report));
  html += section("Results", metrics(report));
  html += section("Loss by epoch", curves(report));
  html += figures(report);
  html += section("Settings", settings(report));
  html += section("Command", command(report));
  return html + "</main>\n</body>\n</html>\n";
}

}}  // namespace hourglass
