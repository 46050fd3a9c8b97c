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

/// A headed section; nothing where there is nothing to say.
std::string section(const std::string& heading, const std::string& content) {
  if (content.empty()) return {};
  return fmt::format("<section>\n<h2>{}</h2>\n{}</section>\n\n", heading, content);
}

/// A table in a box of its own, in which a narrow screen scrolls it; the keyboard reaches it too.
std::string scrolling(const std::string& name, const std::string& table) {
  return fmt::format(
      "<div class=\"scroll\" role=\"region\" aria-label=\"{}\" tabindex=\"0\">\n{}</div>\n", name,
      table);
}

std::string header(const Report& report) {
  std::string html = fmt::format("<header>\n<p class=\"kind\">{}</p>\n<h1>{}</h1>\n",
                                 escape_html(report.kind), escape_html(report.title));
  if (!report.summary.empty()) {
    html += fmt::format("<p class=\"summary\">{}</p>\n", escape_html(report.summary));
  }
  return html + "</header>\n\n";
}

std::string objective(const Report& report) {
  if (report.objective.empty()) return {};
  return fmt::format("<p class=\"formula\">{}</p>\n", escape_html(report.objective));
}

/// Its lines one below the other; all but the first in this style.
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

std::string figure_row(const ReportFigure& figure, bool baselines) {
  std::string html = fmt::format("<tr><th scope=\"row\">{}", escape_html(figure.name));
  if (!figure.meaning.empty()) {
    html += fmt::format("<span class=\"meaning\">{}</span>", escape_html(figure.meaning));
  }
  html += fmt::format("</th><td class=\"number ours\" data-column=\"Model\">{}</td>",
                      in_lines(figure.value, "meaning"));
  if (baselines) {
    html += fmt::format("<td class=\"number\" data-column=\"PCA\">{}</td>",
                        figure.baseline.empty() ? "–" : in_lines(figure.baseline, "meaning"));
  }
  return html + fmt::format("<td class=\"unit\">{}</td></tr>\n", escape_html(figure.unit));
}

std::string figures(const Report& report) {
  if (report.figures.empty()) return {};
  const bool baselines =
      std::any_of(report.figures.begin(), report.figures.end(),
                  [](const ReportFigure& figure) { return !figure.baseline.empty(); });
  std::string html =
      "<table class=\"figures\">\n<thead><tr><th scope=\"col\">Figure</th>"
      "<th scope=\"col\" class=\"number\">Model</th>";
  if (baselines) html += "<th scope=\"col\" class=\"number\">PCA</th>";
  html += "<th scope=\"col\">Unit</th></tr></thead>\n<tbody>\n";
  for (const ReportFigure& figure : report.figures) html += figure_row(figure, baselines);
  html = scrolling("Results", html + "</tbody>\n</table>\n");
  if (baselines) {
    html += fmt::format("<p class=\"note\">{}</p>\n", escape_html(report.baseline_note));
  }
  return html;
}

/// A drawing twice, for wide and narrow screens, of which the style shows one: a single drawing
/// made smaller would make its writing smaller too.
std::string drawing(const std::string& wide, const std::string& narrow) {
  return fmt::format("<div class=\"plot wide\">\n{}</div>\n<div class=\"plot narrow\">\n{}</div>\n",
                     wide, narrow);
}

std::string curves(const Report& report) {
  const std::string wide = plot_curves(report.curves, report.curve_unit);
  if (wide.empty()) return {};
  return drawing(wide, plot_curves(report.curves, report.curve_unit, narrow_plot));
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

std::string image(const ReportPicture& picture) {
  return fmt::format("<img src=\"data:image/png;base64,{}\"{} alt=\"{}\">\n",
                     modp::b64_encode(picture.png), size_attributes(picture.png),
                     escape_html(picture.title));
}

/// Whether it is a number with its unit, which no line end should part.
bool is_figure(const std::string& text) {
  return text.find_first_not_of("0123456789.,-−± %") == std::string::npos;
}

std::string table(const ReportPicture& picture) {
  std::string html = "<table class=\"rows\">\n<thead><tr>";
  for (const std::string& head : picture.table.heads)
    html += fmt::format("<th scope=\"col\">{}</th>", escape_html(head));
  html += "</tr></thead>\n<tbody>\n";
  for (const std::vector<std::string>& row : picture.table.rows) {
    html += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i)
      html += i == 0 ? fmt::format("<th scope=\"row\">{}</th>", in_lines(row[i], "meaning"))
                     : fmt::format("<td{}>{}</td>", is_figure(row[i]) ? " class=\"number\"" : "",
                                   in_lines(row[i], "line"));
    html += "</tr>\n";
  }
  return scrolling(escape_html(picture.title), html + "</tbody>\n</table>\n");
}

/// A table's words stand over it, as its columns' names do; a picture's below.
std::string figure(const ReportPicture& picture) {
  const std::string caption = fmt::format("<figcaption><strong>{}</strong> {}</figcaption>\n",
                                          escape_html(picture.title), escape_html(picture.caption));
  if (!picture.table.rows.empty())
    return fmt::format("<figure class=\"words-first\">\n{}{}</figure>\n", caption, table(picture));
  const std::string content =
      picture.png.empty() ? drawing(picture.wide, picture.narrow) : image(picture);
  return fmt::format("<figure>\n{}{}</figure>\n", content, caption);
}

/// A section for each heading, in the order in which the pictures bring them.
std::string pictures(const Report& report) {
  std::vector<std::pair<std::string, std::string>> sections;
  for (const ReportPicture& picture : report.pictures) {
    if (sections.empty() || sections.back().first != picture.section)
      sections.emplace_back(picture.section, "");
    sections.back().second += figure(picture);
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
  return scrolling("Settings", html + "</tbody>\n</table>\n");
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

std::string to_html(const Report& report) {
  // The policy lets a browser load nothing but what the page holds, whatever gets into its text.
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" "
      "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n"
      "<title>{} – Hourglass</title>\n<style>\n{}</style>\n</head>\n<body>\n",
      escape_html(report.title), report_css);
  html += header(report) + "<main>\n";
  html += section("Objective", objective(report));
  html += section("Warnings", warnings(report));
  html += section("Results", figures(report));
  html += section("Loss by epoch", curves(report));
  html += pictures(report);
  html += section("Settings", settings(report));
  html += section("Command", command(report));
  return html + "</main>\n</body>\n</html>\n";
}

}}  // namespace hourglass
