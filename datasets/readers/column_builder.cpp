#include "hourglass/datasets/readers/column_builder.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "hourglass/datasets/cell_text.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr std::size_t most_categories = 64, most_classes = 256;
constexpr double largest = 1e300;  // differences of larger ones may be infinite
constexpr double no_value = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint32_t no_place = static_cast<std::uint32_t>(-1);

/// Whether a text stands for a missing value, as in pandas.
bool is_missing(const std::string& text) {
  for (const char* word :
       {"", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NULL", "null", "?"})
    if (text == word) return true;
  return false;
}

/// Whether it does so among numbers, and may be a category among texts.
bool is_soft_missing(const std::string& text) {
  for (const char* word : {"-", "--", ".", "None", "none", "na", "N.A.", "missing", "unknown"})
    if (text == word) return true;
  return false;
}

}  // namespace

// ---- Collecting

void ColumnBuilder::add(const std::string& text, std::size_t line) {
  if (is_missing(text)) {
    ++missing_;
    point_.push_back(no_value);
    if (!comma_.empty()) comma_.push_back(no_value);
    if (records_texts_) places_.push_back(no_place);
    return;
  }
  const std::optional<double> plain = plain_number(text);
  if (first_.line == 0) {
    first_ = {line, text};
    records_texts_ = wanted_ == ColumnKind::label || !plain;
    if (records_texts_) places_.assign(point_.size(), no_place);
  }
  if (records_texts_) record(text, line);
  const std::size_t point = plain ? text.find('.') : std::string::npos;
  std::optional<NumberText> number;
  if (plain && point == std::string::npos)
    number = NumberText{*plain, *plain};
  else if (plain && point + 4 != text.size())  // not 1.234, which may be 1234 elsewhere
    number = NumberText{*plain, no_value};
  else
    number = number_text(text);
  if (number) return note_number(*number, text, line);
  note_text(text, line);
  point_.push_back(no_value);
  if (!comma_.empty()) comma_.push_back(no_value);
}

void ColumnBuilder::note_number(const NumberText& number, const std::string& text,
                                std::size_t line) {
  const auto first = [&](Example& example, bool is_one) {
    if (is_one && example.line == 0) example = {line, text};
  };
  ++numbers_;
  const bool by_point = std::isfinite(number.point), by_comma = std::isfinite(number.comma);
  first(point_only_, by_point && !by_comma);
  first(comma_only_, by_comma && !by_point);
  first(either_, by_comma && by_point && !number.is_same());
  first(bare_, number.unit.empty());
  first(too_large_, std::abs(number.point) > largest || std::abs(number.comma) > largest);
  if (!number.unit.empty() && in_unit_.line == 0) unit_ = number.unit;
  first(in_unit_, !number.unit.empty());
  first(other_unit_, !number.unit.empty() && number.unit != unit_);
  const bool differs = by_comma && !number.is_same();
  const bool keeps_comma = !comma_.empty() || differs;
  if (differs && comma_.empty()) comma_ = point_;
  point_.push_back(number.point);
  if (keeps_comma) comma_.push_back(number.comma);
}

void ColumnBuilder::note_text(const std::string& text, std::size_t line) {
  if (texts_ == soft_missing_ && !is_soft_missing(text)) text_ = {line, text};
  ++texts_;
  soft_missing_ += is_soft_missing(text);
  const OddNumbers* odd = odd_number(text);
  if (odd && odd_[odd].count++ == 0) odd_[odd].first = {line, text};
}

void ColumnBuilder::record(const std::string& text, std::size_t line) {
  const std::size_t most = wanted_ == ColumnKind::label ? most_classes : most_categories;
  if (too_many_.line > 0) return;
  const auto [known, is_new] =
      ids_.try_emplace(value_key(text), static_cast<std::uint32_t>(values_.size()));
  if (is_new && values_.size() == most) {
    too_many_ = {line, text};
    return;
  }
  if (is_new) values_.push_back(text);
  places_.push_back(known->second);
}

bool ColumnBuilder::counts_rows() const {
  if (point_.size() < 2 || numbers_ != point_.size()) return false;
  if (point_[0] != 0 && point_[0] != 1) return false;
  for (std::size_t i = 1; i < point_.size(); ++i)
    if (point_[i] != point_[i - 1] + 1) return false;
  return true;
}

// ---- Deciding what they are

FinishedColumn ColumnBuilder::finish(DecimalSign file, char separator) {
  FinishedColumn finished{{name_, {}}, {name_, wanted_}};
  if (numbers_ > 0 && texts_ == soft_missing_) {  // then "-" and the like stand for missing values
    missing_ += texts_;
    texts_ = 0;
  }
  finished.report.missing = missing_;
  if (numbers_ + texts_ == 0) {
    finished.report = {name_, ColumnKind::ignored, "it holds no value", {}, missing_};
    return finished;
  }
  if (wanted_ == ColumnKind::label) {
    finish_labels(finished);
    return finished;
  }
  const bool is_text = texts_ > 0 || mixes_units();
  const bool must_be_number = !records_texts_ || wanted_ == ColumnKind::target;
  if (texts_ > 0 && must_be_number) {
    const OddNumbers* odd = odd_number(text_.text);
    throw CellFault{text_.line,
                    fmt::format("holds '{}', which is not a number{}{}", shown(text_.text),
                                odd ? ": " : "", odd ? odd->advice : "")};
  }
  if (is_text && must_be_number) {
    const Example& other =
        other_unit_.line > 0
            ? other_unit_
            : std::max(bare_, in_unit_, [](auto& a, auto& b) { return a.line < b.line; });
    throw CellFault{
        other.line,
        fmt::format("holds '{}', but line {} has '{}': write all in one unit or in none",
                    shown(other.text), first_.line, shown(first_.text))};
  }
  if (is_text)
    finish_categories(finished);
  else
    finish_numbers(finished, is_comma(file, separator));
  return finished;
}

bool ColumnBuilder::mixes_units() const {
  return other_unit_.line > 0 || (bare_.line > 0 && in_unit_.line > 0);
}

const OddNumbers* ColumnBuilder::mostly_odd() const {
  for (const auto& [kind, cells] : odd_)
    if (cells.count == texts_ || 2 * cells.count > numbers_ + texts_) return kind;
  return nullptr;
}

bool ColumnBuilder::is_comma(DecimalSign file, char separator) const {
  if (comma_only_.line > 0 && point_only_.line > 0) {
    const bool comma_later = comma_only_.line > point_only_.line;
    const Example &later = comma_later ? comma_only_ : point_only_,
                  &earlier = comma_later ? point_only_ : comma_only_;
    throw CellFault{later.line,
                    fmt::format("holds '{}', but line {} has '{}': write all with one decimal sign",
                                shown(later.text), earlier.line, shown(earlier.text))};
  }
  if (comma_only_.line > 0) return true;
  if (point_only_.line > 0 || either_.line == 0) return false;
  if (file != DecimalSign::unclear) return file == DecimalSign::comma;
  const bool has_comma = either_.text.find(',') != std::string::npos;
  // Who writes commas between fields writes decimal points, who writes semicolons decimal commas.
  if (separator == ',' || (!has_comma && separator != ';')) return false;
  if (has_comma && separator == ';') return true;
  const char* sign = has_comma ? "comma" : "point";
  throw CellFault{either_.line, fmt::format("holds '{}', which may be a decimal {} or thousands: "
                                            "write it without {}s{}",
                                            shown(either_.text), sign, sign,
                                            has_comma ? "" : ", or with more decimals")};
}

void ColumnBuilder::finish_numbers(FinishedColumn& finished, bool comma) {
  if (too_large_.line > 0)
    throw CellFault{
        too_large_.line,
        fmt::format("holds '{}'; numbers from −1e300 to 1e300 are read", shown(too_large_.text))};
  const bool groups = !comma && (either_.text.find(',') != std::string::npos ||
                                 point_only_.text.find(',') != std::string::npos);
  finished.column.numbers = comma && !comma_.empty() ? std::move(comma_) : std::move(point_);
  finished.column.unit = unit_;
  finished.column.decimal_comma = comma;
  ColumnReport& report = finished.report;
  report.least = std::numeric_limits<double>::infinity();
  report.most = -report.least;
  for (const double number : finished.column.numbers) {
    if (std::isnan(number)) continue;
    report.least = std::min(report.least, number);
    report.most = std::max(report.most, number);
  }
  std::vector<std::string> notes;
  if (comma) notes.push_back("with a decimal comma");
  if (groups) notes.push_back("with commas between thousands");
  if (unit_ == "%")
    notes.push_back("in per cent");
  else if (!unit_.empty())
    notes.push_back("in " + unit_);
  report.note = fmt::format("{}", fmt::join(notes, ", "));
}

void ColumnBuilder::finish_categories(FinishedColumn& finished) {
  const OddNumbers* odd = mostly_odd();
  if (too_many_.line > 0)
    throw CellFault{too_many_.line,
                    fmt::format("holds the {}th different text, '{}'; categories are {} at most{}",
                                most_categories + 1, shown(too_many_.text), most_categories,
                                odd ? fmt::format("; it holds {}: {}", odd->name, odd->advice)
                                    : fmt::format(": ignore={} leaves it out", shown(name_)))};
  finished.report.kind = ColumnKind::category;
  finished.report.values = sorted_values(false);
  finished.column.values = finished.report.values;
  put_places(finished.column.numbers, finished.column.values);
  const std::string start = fmt::format("column '{}' ", shown(name_));
  if (odd)
    finished.warning = fmt::format(
        "{}holds {}, such as '{}', which are taken for categories: {}, or leave the column out "
        "with ignore=",
        start, odd->name, shown(odd_.at(odd).first.text), odd->advice);
  else if (numbers_ > 0 && texts_ == 0)
    finished.warning = fmt::format(
        "{}holds numbers in several units, '{}' and '{}', which are taken for "
        "categories: write all in one",
        start, shown(first_.text), shown(other_unit_.line > 0 ? other_unit_.text : bare_.text));
  else if (numbers_ > texts_)
    finished.warning = fmt::format(
        "{}holds numbers, but for texts such as '{}', and is taken for "
        "categories",
        start, shown(text_.text.empty() ? first_.text : text_.text));
  else if (values_.size() == rows() && rows() >= 10)
    finished.warning = start +
                       "has another text in each row, of which nothing can be learnt: leave "
                       "it out with ignore=";
}

void ColumnBuilder::finish_labels(FinishedColumn& finished) {
  if (too_many_.line > 0)
    throw CellFault{
        too_many_.line,
        fmt::format("holds the {}th different label, '{}'; a label has {} classes at most"
                    "{}",
                    most_classes + 1, shown(too_many_.text), most_classes,
                    texts_ == 0 ? ": a number to be found is target=" : "")};
  bool numbers = texts_ == 0 && unit_.empty(), bytes = numbers;
  for (std::size_t i = 0; i < values_.size() && numbers; ++i) {
    const std::optional<double> number = plain_number(values_[i]);
    if (number && *number != std::floor(*number))
      throw CellFault{0,
                      fmt::format("holds {:g}; labels are whole numbers or text, and target= names "
                                  "a column of other numbers",
                                  *number)};
    numbers = number && !has_leading_zeros(values_[i]);
    bytes = numbers && bytes && *number >= 0 && *number <= 255;
  }
  bytes = bytes && numbers;
  finished.report.values = sorted_values(numbers);
  if (bytes) {
    finished.column.numbers = point_;
    for (std::string& value : finished.report.values) value = value_key(value);
  } else {
    finished.label_names = finished.report.values;
    put_places(finished.column.numbers, finished.report.values);
  }
  for (const double number : finished.column.numbers)
    finished.labels.push_back(std::isnan(number) ? 0 : static_cast<std::uint8_t>(number));
}

std::vector<std::string> ColumnBuilder::sorted_values(bool by_number) const {
  std::vector<std::string> sorted = values_;
  std::sort(sorted.begin(), sorted.end(), [&](const std::string& a, const std::string& b) {
    return by_number ? plain_number(a) < plain_number(b) : a < b;
  });
  return sorted;
}

void ColumnBuilder::put_places(std::vector<double>& numbers,
                               const std::vector<std::string>& sorted) const {
  std::vector<double> place(values_.size());
  for (std::size_t i = 0; i < values_.size(); ++i)
    place[i] =
        static_cast<double>(std::find(sorted.begin(), sorted.end(), values_[i]) - sorted.begin());
  for (const std::uint32_t id : places_) numbers.push_back(id == no_place ? no_value : place[id]);
}

}}  // namespace hourglass
