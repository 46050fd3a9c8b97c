#include "hourglass/datasets/readers/csv_dialect.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "hourglass/datasets/readers/number_text.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr std::string_view candidates = ",;\t|";
constexpr std::size_t most_records = 50, most_bytes = 1 << 20;

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/// How often each candidate occurs outside quotes in a record.
using Counts = std::array<std::size_t, candidates.size()>;

struct Sample {
  std::vector<std::string_view> records;
  std::vector<Counts> counts;
};

Sample sample_of(std::string_view text) {
  Sample sample;
  const bool is_whole = text.size() <= most_bytes;
  text = text.substr(0, most_bytes);
  Counts counts{};
  std::size_t start = 0;
  bool quoted = false;
  for (std::size_t i = 0; i <= text.size() && sample.records.size() < most_records; ++i) {
    const char c = i < text.size() ? text[i] : '\n';
    if (c == '"') quoted = !quoted;
    if (const std::size_t which = candidates.find(c); which != candidates.npos && !quoted)
      ++counts[which];
    if (c != '\n' || (quoted && i < text.size())) continue;
    if (i == text.size() && !is_whole && !sample.records.empty()) break;  // a record that is cut
    const std::string_view record = text.substr(start, i - start);
    if (record.find_first_not_of(" \t\r") != record.npos) {
      sample.records.push_back(record);
      sample.counts.push_back(counts);
    }
    counts = {};
    start = i + 1;
  }
  return sample;
}

std::vector<std::string_view> words_of(std::string_view record) {
  std::vector<std::string_view> words;
  bool quoted = false, inside = false;
  for (std::size_t i = 0; i < record.size(); ++i) {
    const char c = record[i];
    if (c == '"') quoted = !quoted;
    const bool ends = (is_blank(c) && !quoted) || c == '\r';
    if (!ends && !inside) words.push_back(record.substr(i, 0));
    inside = !ends;
    if (inside) words.back() = {words.back().data(), words.back().size() + 1};
  }
  return words;
}

/// Whether blanks give all records equally many fields, and some of the fields below the first are
/// numbers: a column of names and surnames is one column.
bool is_parted_by_blanks(const Sample& sample) {
  const std::size_t fields = words_of(sample.records[0]).size();
  bool numbers = false;
  for (std::size_t i = 1; i < sample.records.size(); ++i) {
    const std::vector<std::string_view> words = words_of(sample.records[i]);
    if (words.size() != fields) return false;
    for (const std::string_view word : words) numbers = numbers || number_text(word);
  }
  return fields > 1 && numbers;
}

}  // namespace

CsvDialect detect_dialect(std::string_view text) {
  if (text.starts_with("sep=") && text.size() > 5 && (text[5] == '\n' || text[5] == '\r'))
    return {text[4], false, 1};
  const Sample sample = sample_of(text);
  if (sample.records.empty()) return {};
  const Counts& header = sample.counts[0];
  std::size_t best = 0;
  bool best_fits = false;
  for (const std::size_t which : {0, 1, 2, 3}) {
    const bool fits = header[which] > 0 && std::all_of(sample.counts.begin(), sample.counts.end(),
                                                       [&](const Counts& counts) {
                                                         return counts[which] == header[which];
                                                       });
    // Of equals, the later wins if it fits: commas are more common in texts and numbers.
    const bool better = fits ? !best_fits || header[which] >= header[best]
                             : !best_fits && header[which] > header[best];
    if (!better) continue;
    best = which;
    best_fits = fits;
  }
  const bool only_tabs = candidates[best] == '\t' && !best_fits;
  if ((header[best] == 0 || only_tabs) && is_parted_by_blanks(sample)) return {'\t', true, 0};
  return {candidates[best], false, 0};
}

std::string with_tabs(std::string_view line) {
  std::string result;
  for (const std::string_view word : words_of(line)) {
    if (!result.empty()) result += '\t';
    result += word;
  }
  return result;
}

const char* name_of_separator(char separator) {
  return separator == ','    ? "commas"
         : separator == ';'  ? "semicolons"
         : separator == '\t' ? "tabs"
                             : "|";
}

}}  // namespace hourglass
