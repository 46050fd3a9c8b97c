#include "datasets/csv.hpp"

#include <csv.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <map>
#include <memory>
#include <optional>

#include "autograd/advice.hpp"
#include "autograd/error.hpp"
#include "autograd/file_hooks.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

namespace {

constexpr std::size_t most_columns = 10000, most_categories = 64, longest_shown = 40;

std::optional<double> number_in(const std::string& text) {
  double number = 0;
  const char *begin = text.data() + text.starts_with('+'), *end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(begin, end, number);
  if (error != std::errc() || stop != end || !std::isfinite(number)) return {};
  return number;
}

/// What stands for a value that is not there.
bool is_missing(const std::string& text) {
  for (const char* word : {"", "NA", "N/A", "NaN", "nan", "NULL", "null", "?"})
    if (text == word) return true;
  return false;
}

/// A field as a message shows it.
std::string shown(const std::string& text) {
  return text.size() <= longest_shown ? text : text.substr(0, longest_shown) + "…";
}

/// Puts a table together, row by row.
class TableBuilder {
 public:
  TableBuilder(std::string name, const CsvColumns& special) : special_(special) {
    table_.name = std::move(name);
  }

  void add_row(const std::vector<std::string>& fields, std::size_t line) {
    line_ = line;
    if (header_.empty()) return read_header(fields);
    if (fields.size() != header_.size())
      fail(fmt::format("has {} fields, but the first line names {} columns", fields.size(),
                       header_.size()));
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (is_missing(fields[i]))
        fail_at(i, "has no value; fill it in, or leave the row or the column out");
      add_field(i, fields[i]);
    }
    ++rows_;
  }

  Table finish() {
    if (header_.empty()) throw DataError(fmt::format("{}: is empty", table_.name));
    if (rows_ == 0)
      throw DataError(fmt::format("{}: has no rows below its first line", table_.name));
    for (std::size_t i = 0; i < header_.size(); ++i) {
      TableColumn column = std::move(columns_[i]);
      if (!column.values.empty()) sort_values(column);
      if (i == label_)
        take_labels(column);
      else if (i == target_)
        table_.targets = std::move(column.numbers);
      else
        table_.columns.push_back(std::move(column));
    }
    if (table_.columns.empty())
      throw DataError(fmt::format("{}: has no column to learn from", table_.name));
    return std::move(table_);
  }

  [[noreturn]] void fail(const std::string& fault) const {
    throw DataError(fmt::format("{}: line {} {}", table_.name, line_, fault));
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  [[noreturn]] void fail_at(std::size_t column, const std::string& fault) const {
    throw DataError(fmt::format("{}: line {}, column '{}' {}", table_.name, line_,
                                shown(header_[column]), fault));
  }

  void read_header(const std::vector<std::string>& names) {
    if (names.size() > most_columns)
      fail(fmt::format("names {} columns; more than {} are not read", names.size(), most_columns));
    for (const std::string& name : names) {
      if (number_in(name))
        fail(fmt::format("has the number '{}', but the first line has to name the columns", name));
      if (name.empty()) fail("has a column without a name");
      if (std::count(names.begin(), names.end(), name) > 1)
        fail(fmt::format("names the column '{}' twice", shown(name)));
      columns_.push_back({name, {}});
    }
    header_ = names;
    categories_.resize(names.size());
    label_ = place_of(special_.label, "label");
    target_ = place_of(special_.target, "target");
  }

  std::size_t place_of(const std::string& name, const char* key) const {
    if (name.empty()) return none;
    const auto found = std::find(header_.begin(), header_.end(), name);
    if (found == header_.end())
      throw DataError(fmt::format("{}: {}={}: there is no such column; {}", table_.name, key, name,
                                  advice(name, header_)));
    return static_cast<std::size_t>(found - header_.begin());
  }

  void add_field(std::size_t i, const std::string& text) {
    TableColumn& column = columns_[i];
    const std::optional<double> number = number_in(text);
    const bool numeric = rows_ == 0 ? number.has_value() : column.values.empty();
    if (numeric) {
      if (!number) fail_at(i, fmt::format("holds '{}', which is no number", shown(text)));
      column.numbers.push_back(*number);
      return;
    }
    if (i == target_) fail_at(i, fmt::format("holds '{}', which is no number", shown(text)));
    const auto [known, is_new] = categories_[i].try_emplace(text, column.values.size());
    if (is_new) {
      if (column.values.size() == most_categories)
        fail_at(i, fmt::format("holds the {}th different text, '{}'; categories are {} at most",
                               most_categories + 1, shown(text), most_categories));
      column.values.push_back(text);
    }
    column.numbers.push_back(static_cast<double>(known->second));
  }

  /// Categories in alphabetical order, whatever the order of the rows.
  static void sort_values(TableColumn& column) {
    std::vector<std::string> sorted = column.values;
    std::sort(sorted.begin(), sorted.end());
    for (double& number : column.numbers) {
      const std::string& value = column.values[static_cast<std::size_t>(number)];
      number = static_cast<double>(std::lower_bound(sorted.begin(), sorted.end(), value) -
                                   sorted.begin());
    }
    column.values = std::move(sorted);
  }

  void take_labels(const TableColumn& column) {
    table_.label_names = column.values;
    for (double number : column.numbers) {
      if (number < 0 || number > 255 || number != std::floor(number))
        throw DataError(fmt::format(
            "{}: the label column '{}' holds {:g}; labels are whole numbers from 0 to 255, or text",
            table_.name, column.name, number));
      table_.labels.push_back(static_cast<std::uint8_t>(number));
    }
  }

  CsvColumns special_;
  Table table_;
  std::vector<std::string> header_;
  std::vector<TableColumn> columns_;
  std::vector<std::map<std::string, std::size_t>> categories_;
  std::size_t label_ = none, target_ = none, rows_ = 0, line_ = 0;
};

/// libcsv gives fields and ends of rows to functions of C; this is what they fill. Errors may not
/// be thrown through C, so that rows are looked at after each line of the file.
struct Fields {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row;  ///< that is not ended yet

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

  /// Whether `line`, with its end, is as it should be.
  bool read(const std::string& line, Fields& fields) {
    return csv_parse(&parser_, line.data(), line.size(), Fields::add, Fields::end, &fields) ==
           line.size();
  }
  bool finish(Fields& fields) { return csv_fini(&parser_, Fields::add, Fields::end, &fields) == 0; }

 private:
  csv_parser parser_;
};

char separator_of(const std::string& first_line) {
  char best = ',';
  for (char candidate : {';', '\t'})
    if (std::count(first_line.begin(), first_line.end(), candidate) >
        std::count(first_line.begin(), first_line.end(), best))
      best = candidate;
  return best;
}

}  // namespace

Table read_csv(const std::filesystem::path& file, const CsvColumns& special) {
  note_in_use(file);
  std::ifstream in(file, std::ios::binary);
  if (!in || std::filesystem::is_directory(file))
    throw DataError(fmt::format("{}: cannot be read", file.string()));
  TableBuilder builder(file.string(), special);
  std::optional<Parser> parser;
  Fields fields;
  std::size_t number = 0;
  const auto take_rows = [&] {
    for (const auto& row : fields.rows) builder.add_row(row, number);
    fields.rows.clear();
  };
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (number == 1) {
      if (line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);  // a byte order mark
      parser.emplace(separator_of(line));
    }
    line += '\n';
    if (line.find('\0') != std::string::npos)
      throw DataError(fmt::format("{}: line {} is no text", file.string(), number));
    if (!parser->read(line, fields))
      throw DataError(
          fmt::format("{}: line {} has a quote in the wrong place", file.string(), number));
    take_rows();
  }
  if (in.bad()) throw DataError(fmt::format("{}: cannot be read", file.string()));
  if (parser && !parser->finish(fields))
    throw DataError(fmt::format("{}: line {}: a quote is not closed", file.string(), number));
  take_rows();
  return builder.finish();
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
