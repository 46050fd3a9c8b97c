#include "hourglass/autograd/tools/inspect_html.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hourglass/autograd/base/html.hpp"
#include "inspect_assets.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

std::string sum_of(const std::string& name, const std::string& number, const char* unit) {
  return fmt::format("<div><dt>{}</dt><dd>{}<small>{}</small></dd></div>\n", name, number, unit);
}

/// "401 kB" as its number and its unit.
std::string sum_of_bytes(const std::string& name, std::size_t bytes) {
  const std::string text = bytes_text(bytes);
  const std::size_t blank = text.find(' ');
  return sum_of(name, text.substr(0, blank), text.substr(blank + 1).c_str());
}

std::string header(const Step& step, const std::string& title, const std::string& note) {
  const Step::Total total = step.total();
  std::string html = "<header>\n" + page_heading("Hourglass: one training step", title);
  if (!note.empty()) html += fmt::format("<p class=\"note\">{}</p>\n", escape_html(note));
  html += "<dl class=\"sums\">\n";
  html += sum_of("values on the tape", std::to_string(total.count), "");
  html += sum_of_bytes("their memory", total.value_bytes);
  html += sum_of_bytes("gradients’ memory", total.gradient_bytes);
  html += sum_of("forward", fmt::format("{:.2f}", total.forward_ms), "ms");
  html += sum_of("backward", fmt::format("{:.2f}", total.backward_ms), "ms");
  return html + "</dl>\n</header>\n\n";
}

/// A number's cell: what is shown, and what it is sorted by.
std::string cell(double value, const std::string& shown) {
  return fmt::format("<td class=\"number{}\" data-value=\"{:.6g}\">{}</td>",
                     shown == "–" ? " zero" : "", value, shown);
}
std::string ms_cell(double ms) {
  return cell(ms, ms < 0.0005 ? "–" : fmt::format("{:.3f}", ms));
}
std::string bytes_cell(std::size_t bytes) {
  return cell(static_cast<double>(bytes), bytes == 0 ? "–" : bytes_text(bytes));
}
std::string share_cell(double share) {
  return cell(share, share < 0.0005 ? "–" : fmt::format("{:.1f} %", 100 * share));
}

/// The six that take longest have colours of their own, where there is something to see.
std::size_t hue(std::size_t place, double percent) {
  constexpr std::size_t grey = 7;
  return percent >= 0.05 ? std::min(place + 1, grey) : grey;
}

std::string total_cells(const Step& step, const Step::Total& total) {
  return fmt::format("<td class=\"number\">{}</td>", total.count) + bytes_cell(total.bytes()) +
         ms_cell(total.forward_ms) + ms_cell(total.backward_ms) +
         share_cell(step.share(total.milliseconds()));
}

std::string by_operation(const Step& step) {
  const std::vector<Step::Total> totals = step.by_operation();
  std::string bar, rows;
  for (std::size_t i = 0; i < totals.size(); ++i) {
    const double percent = 100 * step.share(totals[i].milliseconds());
    const std::string name = escape_html(totals[i].operation);
    if (percent >= 0.05)
      bar += fmt::format(
          "<span class=\"hue-{}{}\" style=\"flex: {:.2f} 1 0\" title=\"{} {:.1f} %\">{}</span>\n",
          hue(i, percent), percent < 8 ? " thin" : "", percent, name, percent,
          percent < 8 ? "" : name);
    rows +=
        fmt::format("<tr><th scope=\"row\"><span class=\"swatch hue-{}\"></span>{}</th>{}</tr>\n",
                    hue(i, percent), name, total_cells(step, totals[i]));
  }
  if (!bar.empty()) bar = "<div class=\"whole\" aria-hidden=\"true\">\n" + bar + "</div>\n";
  const std::string table = fmt::format(
      "<table>\n"
      "<thead><tr><th scope=\"col\">Operation</th><th scope=\"col\" class=\"number\">Values</th>"
      "<th scope=\"col\" class=\"number\">Memory</th>"
      "<th scope=\"col\" class=\"number\">Forward, ms</th>"
      "<th scope=\"col\" class=\"number\">Backward, ms</th>"
      "<th scope=\"col\" class=\"number\">Share of the time</th></tr></thead>\n"
      "<tbody>\n{}</tbody>\n<tfoot><tr><th scope=\"row\">Whole step</th>{}</tr></tfoot>\n"
      "</table>\n",
      rows, total_cells(step, step.total()));
  return fmt::format("<section>\n<h2>By operation</h2>\n{}{}</section>\n\n", bar,
                     scrolling_table("By operation", table));
}

/// "encoder.0.weight", all but its last name in a quieter colour.
std::string path_cell(const std::string& path) {
  const std::size_t dot = path.rfind('.'), begin = dot == std::string::npos ? 0 : dot + 1;
  return fmt::format("<td class=\"path\"><i>{}</i>{}</td>", escape_html(path.substr(0, begin)),
                     escape_html(path.substr(begin)));
}

std::string from_cell(const std::vector<std::size_t>& inputs) {
  std::string links;
  for (std::size_t input : inputs)
    links += fmt::format("{}<a href=\"#v{}\">{}</a>", links.empty() ? "" : " ", input, input);
  return fmt::format("<td class=\"from\">{}</td>", links);
}

/// Forward and backward side by side, as long as they take beside the longest.
std::string time_cell(const Step::Entry& entry, double longest) {
  std::string parts;
  const auto part = [&](const char* name, double ms) {
    const double percent = longest > 0 ? 100 * ms / longest : 0;
    if (percent >= 0.2)
      parts += fmt::format("<i class=\"{}\" style=\"width: {:.2f}%\"></i>", name, percent);
  };
  part("forward", entry.forward_ms);
  part("backward", entry.backward_ms);
  return fmt::format("<td class=\"time\" data-value=\"{:.6g}\"><div class=\"bar\">{}</div></td>",
                     entry.milliseconds(), parts);
}

std::string tape_row(const Step& step, const Step::Entry& entry, double longest) {
  return fmt::format(
             "<tr id=\"v{0}\"{1}><td class=\"number order\" data-value=\"{0}\">{0}</td>"
             "<th scope=\"row\">{2}</th>",
             entry.number, entry.kind == Step::Kind::operation ? "" : " class=\"leaf\"",
             escape_html(entry.operation)) +
         path_cell(entry.path()) +
         fmt::format("<td data-value=\"{}\">{}</td>", element_count(entry.shape),
                     to_text(entry.shape)) +
         from_cell(entry.inputs) + bytes_cell(entry.bytes()) + ms_cell(entry.forward_ms) +
         ms_cell(entry.backward_ms) + share_cell(step.share(entry.milliseconds())) +
         time_cell(entry, longest) + "</tr>\n";
}

std::string heading(const char* name, bool number) {
  return fmt::format("<th scope=\"col\"{}><button type=\"button\">{}</button></th>",
                     number ? " class=\"number\"" : "", name);
}

std::string tape_table(const Step& step) {
  double longest = 0;
  for (const Step::Entry& entry : step.entries) longest = std::max(longest, entry.milliseconds());
  std::string rows;
  for (const Step::Entry& entry : step.entries) rows += tape_row(step, entry, longest);
  return "<section>\n<h2>The tape, value by value</h2>\n<p class=\"legend\">"
         "<span><span class=\"swatch forward\"></span>forward</span>"
         "<span><span class=\"swatch backward\"></span>backward</span>"
         "<label><input type=\"checkbox\" id=\"leaves\" checked>parameters and constants</label>"
         "</p>\n" +
         scrolling_table("The tape", "<table class=\"tape sortable\">\n<thead><tr>" +
                                         heading("#", true) + heading("Operation", false) +
                                         heading("In", false) + heading("Shape", false) +
                                         "<th scope=\"col\">From</th>" + heading("Memory", true) +
                                         heading("Forward, ms", true) +
                                         heading("Backward, ms", true) + heading("Share", true) +
                                         "<th scope=\"col\">Time</th></tr></thead>\n<tbody>\n" +
                                         rows + "</tbody>\n</table>\n") +
         "</section>\n";
}

}  // namespace

std::string to_html(const Step& step, const std::string& title, const std::string& note) {
  return begin_page(title, inspect_css, "script-src 'unsafe-inline'") + header(step, title, note) +
         "<main>\n" + by_operation(step) + tape_table(step) +
         fmt::format("</main>\n<script>\n{}</script>\n</body>\n</html>\n", inspect_js);
}

}}  // namespace hourglass
