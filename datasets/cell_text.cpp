#include "hourglass/datasets/cell_text.hpp"

#include <fmt/format.h>

#include <cctype>

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr std::size_t longest_shown = 40;

bool are_digits(std::string_view text) {
  return text.find_first_not_of("0123456789") == text.npos;
}

/// "true" and "false", however they are written; else nothing.
std::string boolean_word(std::string_view text) {
  if (text.size() < 4 || text.size() > 5) return "";
  std::string word(text);
  for (char& c : word) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return word == "true" || word == "false" ? word : "";
}

std::string_view without_sign(std::string_view text) {
  return text.substr(text.starts_with('+') || text.starts_with('-'));
}

}  // namespace

bool has_leading_zeros(std::string_view text) {
  const std::string_view digits = without_sign(text);
  return digits.size() > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9';
}

std::string value_key(std::string_view text) {
  if (std::string word = boolean_word(text); !word.empty()) return word;
  const std::string_view digits = without_sign(text);
  const std::size_t point = digits.find('.');
  const std::string_view whole = digits.substr(0, point);
  std::string_view rest = point == digits.npos ? "" : digits.substr(point + 1);
  if (whole.empty() || !are_digits(whole) || !are_digits(rest) || has_leading_zeros(text))
    return std::string(text);
  while (rest.ends_with('0')) rest.remove_suffix(1);
  const bool negative = text.starts_with('-') && !(whole == "0" && rest.empty());
  return fmt::format("{}{}{}{}", negative ? "-" : "", whole, rest.empty() ? "" : ".", rest);
}

std::string printable(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
    if (byte == 0xc2 && next >= 0x80 && next < 0xa0) {  // U+0080 to U+009F, of which one is ESC [
      result += fmt::format("\\x{:02x}", next);
      ++i;
    } else if (byte == '\n' || byte == '\r' || byte == '\t') {
      result += byte == '\n' ? "\\n" : byte == '\r' ? "\\r" : "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      result += fmt::format("\\x{:02x}", byte);
    } else {
      result += text[i];
    }
  }
  return result;
}

std::string shown(std::string_view text) {
  if (text.size() <= longest_shown) return printable(text);
  std::size_t end = longest_shown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return printable(text.substr(0, end)) + "…";
}

}}  // namespace hourglass
