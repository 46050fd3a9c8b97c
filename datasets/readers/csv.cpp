#include "hourglass/datasets/readers/csv.hpp"

#include <csv.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <set>
#include <string_view>

#include "hourglass/autograd/base/advice.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/cell_text.hpp"
#include "hourglass/datasets/readers/column_builder.hpp"
#include "hourglass/datasets/readers/csv_dialect.hpp"
#include "hourglass/datasets/readers/text_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr std::size_t most_columns = 10000, few_rows = 10;

/// Builds a table row by row.
class TableBuilder {
 public:
  TableBuilder(std::string name, const CsvColumns& special, char separator)
      : special_(special), separator_(separator) {
    table_.name = std::move(name);
  }

  void note(const std::string& text) { table_.notes.push_back(text); }

  void add_row(const std::vector<std::string>& fields, std::size_t line) {
    if (columns_.empty()) return read_header(fields, line);
    if (fields.size() != columns_.size())
      fail(line, fmt::format("has {} fields, but the first line names {} columns{}", fields.size(),
                             columns_.size(), advice_on_length(fields)));
    for (std::size_t i = 0; i < fields.size(); ++i)
      if (kinds_[i] != ColumnKind::ignored) columns_[i].add(fields[i], line);
    lines_.push_back(line);
  }

  Table finish() {
    if (columns_.empty()) throw DataError(fmt::format("{}: is empty", table_.name));
    if (lines_.empty())
      throw DataError(fmt::format("{}: has no rows below its first line", table_.name));
    leave_out_nameless();
    gaps_.assign(lines_.size(), false);
    const DecimalSign sign = decimal_sign();
    for (std::size_t i = 0; i < columns_.size(); ++i) finish_column(i, sign);
    if (table_.columns.empty())
      throw DataError(fmt::format("{}: has no column to learn from", table_.name));
    if (special_.missing == MissingValues::refuse) refuse_gaps();
    if (special_.missing == MissingValues::drop) drop_gaps();
    if (special_.missing == MissingValues::keep) note_gaps();
    return std::move(table_);
  }

  [[noreturn]] void fail(std::size_t line, const std::string& fault) const {
    throw DataError(fmt::format("{}: line {} {}", table_.name, line, fault));
  }

 private:
  const char* advice_on_length(const std::vector<std::string>& fields) const {
    if (fields.size() == columns_.size() + 1 && fields.back().empty())
      return ": take the separator at its end away";
    const bool has_title = lines_.empty() && columns_.size() == 1;
    return has_title ? ": take lines above the names of the columns away" : "";
  }

  [[noreturn]] void fail_at(std::size_t line, std::size_t column, const std::string& fault) const {
    throw DataError(fmt::format("{}: line {}, column '{}' {}", table_.name, line,
                                shown(columns_[column].name()), fault));
  }

  void read_header(const std::vector<std::string>& names, std::size_t line) {
    if (names.size() > most_columns)
      fail(line,
           fmt::format("names {} columns; more than {} are not read", names.size(), most_columns));
    const bool counted = counts_columns(names);
    std::set<std::string_view> known;
    for (const std::string& name : names) {
      if (!counted && plain_number(name))
        fail(line, fmt::format("has the number '{}', but the first line has to name the columns",
                               shown(name)));
      if (!name.empty() && !known.insert(name).second)
        fail(line, fmt::format("names the column '{}' twice", shown(name)));
    }
    if (counted) note("the first line numbers the columns from 0, and is taken for their names");
    kinds_.assign(names.size(), ColumnKind::number);
    set_kind(names, special_.label, "label", ColumnKind::label);
    set_kind(names, special_.target, "target", ColumnKind::target);
    for (const std::string& name : special_.ignore)
      set_kind(names, name, "ignore", ColumnKind::ignored);
    for (std::size_t i = 0; i < names.size(); ++i) columns_.emplace_back(names[i], kinds_[i]);
  }

  /// Whether the names are 0, 1, 2, …, as pandas names those of an array, perhaps after a nameless
  /// one.
  static bool counts_columns(const std::vector<std::string>& names) {
    const std::size_t first = !names.empty() && names[0].empty();
    for (std::size_t i = first; i < names.size(); ++i)
      if (names[i] != std::to_string(i - first)) return false;
    return names.size() > first + 1;
  }

  void set_kind(const std::vector<std::string>& names, const std::string& name, const char* key,
                ColumnKind kind) {
    if (name.empty()) return;
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
      throw DataError(fmt::format("{}: {}={}: there is no such column; {}", table_.name, key,
                                  shown(name), printable(advice(name, names))));
    ColumnKind& known = kinds_[static_cast<std::size_t>(found - names.begin())];
    if (known != ColumnKind::number)
      throw DataError(fmt::format("{}: {}={}: the column is the {} already", table_.name, key,
                                  shown(name), to_text(known)));
    known = kind;
  }

  /// A column may lack a name if there is nothing to learn from it.
  void leave_out_nameless() {
    reasons_.assign(columns_.size(), "as asked for");
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (!columns_[i].name().empty()) continue;
      const bool is_index = i == 0 && columns_[i].counts_rows();
      if (!is_index && columns_[i].missing() < lines_.size())
        fail(1, "has a column without a name");
      kinds_[i] = ColumnKind::ignored;
      reasons_[i] =
          is_index ? "it has no name and numbers the rows" : "it has no name and no value";
    }
  }

  /// The decimal sign of the columns that can be read in only one way, which decides for the others.
  DecimalSign decimal_sign() const {
    bool point = false, comma = false;
    for (const ColumnBuilder& column : columns_) {
      point = point || column.has_point();
      comma = comma || column.has_comma();
    }
    if (point == comma) return DecimalSign::unclear;
    return comma ? DecimalSign::comma : DecimalSign::point;
  }

  void finish_column(std::size_t i, DecimalSign sign) {
    if (kinds_[i] == ColumnKind::ignored) {
      table_.reports.push_back({columns_[i].name(), ColumnKind::ignored, reasons_[i]});
      return;
    }
    const bool counts = columns_[i].counts_rows() && lines_.size() >= few_rows;
    FinishedColumn finished;
    try {
      finished = columns_[i].finish(sign, separator_);
    } catch (const CellFault& fault) {
      if (fault.line > 0) fail_at(fault.line, i, fault.text);
      throw DataError(fmt::format("{}: the {} column '{}' {}", table_.name, to_text(kinds_[i]),
                                  shown(columns_[i].name()), fault.text));
    }
    if (!finished.warning.empty()) note(finished.warning);
    if (finished.report.kind == ColumnKind::number && counts)
      note(fmt::format("column '{}' numbers the rows: leave it out with ignore=",
                       shown(finished.report.name)));
    take(std::move(finished));
  }

  void take(FinishedColumn finished) {
    const ColumnKind kind = finished.report.kind;
    table_.reports.push_back(std::move(finished.report));
    if (kind == ColumnKind::ignored) return;
    const bool must_be_there = special_.missing == MissingValues::keep &&
                               (kind == ColumnKind::label || kind == ColumnKind::target);
    for (std::size_t row = 0; row < lines_.size(); ++row) {
      if (!std::isnan(finished.column.numbers[row])) continue;
      if (must_be_there) fail_unlabelled(row, table_.reports.back());
      gaps_[row] = true;
      ++missing_;
    }
    if (kind == ColumnKind::label) {
      table_.labels = std::move(finished.labels);
      table_.label_names = std::move(finished.label_names);
    } else if (kind == ColumnKind::target) {
      table_.targets = std::move(finished.column.numbers);
    } else {
      table_.columns.push_back(std::move(finished.column));
    }
  }

  void refuse_gaps() const {
    const auto first = std::find(gaps_.begin(), gaps_.end(), true);
    if (first == gaps_.end()) return;
    const auto row = static_cast<std::size_t>(first - gaps_.begin());
    for (const TableColumn& column : table_.columns)
      if (std::isnan(column.numbers[row]))
        fail_gap(row, column.name,
                 ", or keep them with missing=keep for a model that fills them in");
    fail_gap(row, !table_.targets.empty() && std::isnan(table_.targets[row]) ? special_.target
                                                                             : special_.label);
  }

  [[noreturn]] void fail_gap(std::size_t row, const std::string& column,
                             const char* more_advice = "") const {
    throw DataError(
        fmt::format("{}: line {}, column '{}' has no value ({} of {} rows lack one); fill it in, "
                    "leave the rows out with missing=drop or the column with ignore={}",
                    table_.name, lines_[row], shown(column),
                    std::count(gaps_.begin(), gaps_.end(), true), gaps_.size(), more_advice));
  }

  [[noreturn]] void fail_unlabelled(std::size_t row, const ColumnReport& column) const {
    throw DataError(
        fmt::format("{}: line {}, column '{}' has no value; with missing=keep features "
                    "may be missing, but not the {}",
                    table_.name, lines_[row], shown(column.name), to_text(column.kind)));
  }

  void note_gaps() {
    if (missing_ == 0) return;
    note(fmt::format("{} of {} values are missing, in {} of {} rows, and stay so", missing_,
                     lines_.size() * table_.columns.size(),
                     std::count(gaps_.begin(), gaps_.end(), true), lines_.size()));
  }

  void drop_gaps() {
    const auto dropped = static_cast<std::size_t>(std::count(gaps_.begin(), gaps_.end(), true));
    if (dropped == 0) return;
    if (dropped == gaps_.size())
      throw DataError(fmt::format(
          "{}: a value is missing in every row, so missing=drop leaves none", table_.name));
    const auto thin = [&](auto& values) {
      std::size_t kept = 0;
      for (std::size_t row = 0; row < values.size(); ++row)
        if (!gaps_[row]) values[kept++] = values[row];
      values.resize(kept);
    };
    for (TableColumn& column : table_.columns) thin(column.numbers);
    table_.file_rows.resize(gaps_.size());
    std::iota(table_.file_rows.begin(), table_.file_rows.end(), 0u);
    thin(table_.file_rows);
    thin(table_.labels);
    thin(table_.targets);
    note(fmt::format("{} of {} rows lack a value and are left out", dropped, gaps_.size()));
  }

  CsvColumns special_;
  char separator_;
  Table table_;
  std::vector<ColumnBuilder> columns_;
  std::vector<ColumnKind> kinds_;
  std::vector<std::string> reasons_;  ///< why a column is left out
  std::vector<std::size_t> lines_;    ///< of each row
  std::vector<bool> gaps_;            ///< rows without a value in a column that is used
  std::size_t missing_ = 0;           ///< values
};

/// libcsv passes fields and ends of rows to C callbacks; this is what they fill. Exceptions must not
/// pass through C, so rows are checked after each line of the file.
struct Fields {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row;  ///< the row that has not ended yet

  static void add(void* text, std::size_t size, void* self) {
    static_cast<Fields*>(self)->row.emplace_back(static_cast<const char*>(text), size);
  }
  static void end(int, void* self) {
    auto& fields = *static_cast<Fields*>(self);
    fields.rows.push_back(std::move(fields.row));
    fields.row = {};
  }
};

class Parser {
 public:
  explicit Parser(char separator) {
    if (csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI) != 0) throw std::bad_alloc();
    csv_set_delim(&parser_, static_cast<unsigned char>(separator));
  }
  ~Parser() { csv_free(&parser_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  /// Whether `line`, including its end, is well-formed.
  bool read(const std::string& line, Fields& fields) {
    return csv_parse(&parser_, line.data(), line.size(), Fields::add, Fields::end, &fields) ==
           line.size();
  }
  bool finish(Fields& fields) { return csv_fini(&parser_, Fields::add, Fields::end, &fields) == 0; }

 private:
  csv_parser parser_;
};

/// Feeds the lines of a text to libcsv, and the rows that it finds to the builder.
void read_rows(std::string_view text, const CsvDialect& dialect, TableBuilder& builder) {
  Parser parser(dialect.separator);
  Fields fields;
  std::size_t number = 0;
  const auto take_rows = [&] {
    for (const auto& row : fields.rows) builder.add_row(row, number);
    fields.rows.clear();
  };
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1);
    std::string line(text.substr(0, end + 1));
    text.remove_prefix(end + 1);
    if (++number <= dialect.header_lines) continue;
    if (line.back() != '\n') line += '\n';
    if (dialect.blanks) line = with_tabs(line.substr(0, line.size() - 1)) + '\n';
    if (!parser.read(line, fields)) builder.fail(number, "has a quote in the wrong place");
    take_rows();
  }
  if (!parser.finish(fields)) builder.fail(number, "ends the file, but a quote is not closed");
  take_rows();
}

/// Whether a text begins as lists and objects of JSON do: no column is called so.
bool is_json(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const std::size_t first = text.find_first_not_of(space);
  if (first == text.npos || (text[first] != '{' && text[first] != '[')) return false;
  const std::size_t second = text.find_first_not_of(space, first + 1);
  return second != text.npos &&
         std::string_view("{[\"").find(text[second]) != std::string_view::npos;
}

}  // namespace

Table read_csv(const std::filesystem::path& file, const CsvColumns& special) {
  const TextFile text = read_text_file(file);
  if (is_json(text.text))
    throw DataError(fmt::format(
        "{}: it is not a table, but JSON: save it as CSV, with pandas.read_json and to_csv",
        file.string()));
  const CsvDialect dialect = detect_dialect(text.text);
  TableBuilder builder(file.string(), special, dialect.separator);
  if (!text.encoding.empty()) builder.note("its text is read as " + text.encoding);
  if (dialect.blanks) builder.note("its fields are parted by blanks");
  if (!dialect.blanks && dialect.separator != ',')
    builder.note(fmt::format("its fields are parted by {}", name_of_separator(dialect.separator)));
  read_rows(text.text, dialect, builder);
  return builder.finish();
}

}}  // namespace hourglass
