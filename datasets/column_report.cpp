#include "hourglass/datasets/column_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "hourglass/datasets/cell_text.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr std::size_t most_lines = 20, most_values = 8;

std::string plural(std::size_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string values_text(const std::vector<std::string>& values) {
  std::vector<std::string> first;
  for (std::size_t i = 0; i < std::min(values.size(), most_values); ++i)
    first.push_back(shown(values[i]));
  return fmt::format("{}{}", fmt::join(first, ", "), values.size() > most_values ? ", …" : "");
}

std::string range(const ColumnReport& report) {
  return report.least == report.most ? fmt::format("{:g} in every row", report.least)
                                     : fmt::format("from {:g} to {:g}", report.least, report.most);
}

}  // namespace

const char* to_text(ColumnKind kind) {
  switch (kind) {
    case ColumnKind::number:
      return "number";
    case ColumnKind::category:
      return "category";
    case ColumnKind::label:
      return "label";
    case ColumnKind::target:
      return "target";
    case ColumnKind::ignored:
      break;
  }
  return "ignored";
}

std::string to_text(const ColumnReport& report) {
  std::string text = to_text(report.kind);
  const bool numbers = report.kind == ColumnKind::number || report.kind == ColumnKind::target;
  if (numbers) text += fmt::format(" {}", range(report));
  if (report.kind == ColumnKind::category)
    text += fmt::format(" of {}: {}", plural(report.values.size(), "value", "values"),
                        values_text(report.values));
  if (report.kind == ColumnKind::label)
    text += fmt::format(" of {}: {}", plural(report.values.size(), "class", "classes"),
                        values_text(report.values));
  if (!report.note.empty())
    text += fmt::format("{} {}", report.kind == ColumnKind::ignored ? ":" : ",", report.note);
  if (report.missing > 0)
    text += fmt::format(", missing in {}", plural(report.missing, "row", "rows"));
  return text;
}

std::vector<std::string> to_lines(const std::vector<ColumnReport>& reports) {
  std::vector<std::string> lines;
  const bool grouped = reports.size() > most_lines;
  const auto is_plain = [](const ColumnReport& report) {
    return report.kind == ColumnKind::number && report.note.empty() && report.missing == 0;
  };
  std::vector<std::string> plain;
  std::size_t left_out = 0;
  for (const ColumnReport& report : reports) {
    if (grouped && is_plain(report))
      plain.push_back(report.name);
    else if (!grouped || lines.size() < most_lines)
      lines.push_back(fmt::format("column '{}': {}", shown(report.name), to_text(report)));
    else
      ++left_out;
  }
  if (!plain.empty())
    lines.insert(lines.begin(),
                 fmt::format("{} of numbers: {}", plural(plain.size(), "column", "columns"),
                             values_text(plain)));
  if (left_out > 0)
    lines.push_back(fmt::format("{}: 'hourglass inspect-data' shows them all",
                                plural(left_out, "more column", "more columns")));
  return lines;
}

}}  // namespace hourglass
