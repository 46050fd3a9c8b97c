#include "hourglass/datasets/readers/csv_cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "hourglass/autograd/base/error.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

std::string in_quotes(const std::string& value) {
  std::string text = "\"";
  for (const char c : value) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + '"';
}

}  // namespace

CsvCells::CsvCells(const std::filesystem::path& file)
    : file_(read_text_file(file)), dialect_(detect_dialect(file_.text)) {
  if (dialect_.blanks)
    throw DataError(fmt::format(
        "{}: its fields are parted by blanks, so none can be empty: save it with commas between "
        "them",
        file.string()));
  std::size_t at = 0;
  for (std::size_t line = 0; line < dialect_.header_lines; ++line)
    at = file_.text.find('\n', at) + 1;
  while (at < file_.text.size()) read_row(at);
}

bool CsvCells::is_blank(std::size_t at) const {
  const char c = file_.text[at];
  return (c == ' ' || c == '\t') && c != dialect_.separator;
}

bool CsvCells::is_end_of_line(std::size_t at) const {
  return at >= file_.text.size() || file_.text[at] == '\n' || file_.text[at] == '\r';
}

void CsvCells::skip_blanks(std::size_t& at) const {
  while (at < file_.text.size() && is_blank(at)) ++at;
}

/// The cell that begins here, without the blanks around it; `at` is then at what ends it.
CsvCells::Cell CsvCells::read_cell(std::size_t& at) const {
  const std::string& text = file_.text;
  const std::size_t begin = at;
  if (at < text.size() && text[at] == '"') {
    for (++at; at < text.size(); ++at) {
      if (text[at] != '"') continue;
      if (at + 1 == text.size() || text[at + 1] != '"') break;
      ++at;  // two quotes stand for one
    }
    const std::size_t end = std::min(at + 1, text.size());
    at = end;
    skip_blanks(at);
    return {begin, end};
  }
  while (!is_end_of_line(at) && text[at] != dialect_.separator) ++at;
  std::size_t end = at;
  while (end > begin && is_blank(end - 1)) --end;
  return {begin, end};
}

/// Reads a line, or as many as its quotes span; an empty one is no row.
void CsvCells::read_row(std::size_t& at) {
  std::vector<Cell> row;
  for (bool more = true; more;) {
    skip_blanks(at);
    if (row.empty() && is_end_of_line(at)) break;
    row.push_back(read_cell(at));
    more = at < file_.text.size() && file_.text[at] == dialect_.separator;
    at += more;
  }
  while (!is_end_of_line(at)) ++at;  // behind a quote in the wrong place
  ++at;
  if (!row.empty()) cells_.push_back(std::move(row));
}

std::vector<std::string> CsvCells::names() const {
  std::vector<std::string> names;
  for (const Cell& cell : cells_.empty() ? std::vector<Cell>() : cells_[0]) {
    std::string name = file_.text.substr(cell.begin, cell.end - cell.begin);
    if (name.starts_with('"')) {
      name = name.substr(1, name.size() - 2);
      for (std::size_t at = 0; (at = name.find("\"\"", at)) != std::string::npos; ++at)
        name.erase(at, 1);
    }
    names.push_back(std::move(name));
  }
  return names;
}

void CsvCells::set(std::size_t row, std::size_t column, const std::string& value) {
  const Cell& cell = cells_.at(row + 1).at(column);
  const bool plain =
      value.find_first_of(std::string("\"\r\n") + dialect_.separator) == value.npos &&
      value.find_first_of(" \t") != 0 && !value.ends_with(' ') && !value.ends_with('\t');
  replacements_[cell.begin] = {cell.end, plain ? value : in_quotes(value)};
}

std::string CsvCells::text() const {
  std::string text(file_.had_mark ? utf8_mark : "");
  std::size_t at = 0;
  for (const auto& [begin, replacement] : replacements_) {
    text.append(file_.text, at, begin - at);
    text += replacement.text;
    at = replacement.end;
  }
  return text.append(file_.text, at);
}

}}  // namespace hourglass
