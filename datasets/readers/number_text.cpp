#include "hourglass/datasets/readers/number_text.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes one of these words off the start of a text.
bool take(std::string_view& text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words)
    if (text.starts_with(word)) {
      text.remove_prefix(word.size());
      return true;
    }
  return false;
}

void trim(std::string_view& text) {
  constexpr std::string_view blank = "\xc2\xa0", narrow_blank = "\xe2\x80\xaf";
  while (take(text, {" ", "\t", blank, narrow_blank})) {
  }
  for (bool more = true; more;) {
    more = false;
    for (const std::string_view end :
         {std::string_view(" "), std::string_view("\t"), blank, narrow_blank})
      if (text.ends_with(end)) {
        text.remove_suffix(end.size());
        more = true;
      }
  }
}

/// The digits of "1,234,567" if this sign separates groups of three; else nothing.
std::optional<std::string> without_groups(std::string_view text, char sign) {
  std::string digits;
  std::size_t group = 0, groups = 1;
  for (const char c : text) {
    if (c == sign) {
      if (groups == 1 ? group < 1 || group > 3 : group != 3) return {};
      ++groups;
      group = 0;
    } else {
      digits += c;
      ++group;
    }
  }
  const bool zero_first = groups > 1 && text.starts_with('0');
  if (groups > 1 && (group != 3 || zero_first)) return {};
  return digits;
}

/// Digits, points and commas as a number with the decimal sign `decimal`.
double read_digits(std::string_view text, char decimal) {
  const char group = decimal == '.' ? ',' : '.';
  const std::size_t place = text.find(decimal);
  const std::string_view whole = text.substr(0, place);
  const std::string_view rest = place == text.npos ? "" : text.substr(place + 1);
  if (rest.find_first_not_of("0123456789") != rest.npos) return no_number;
  const std::optional<std::string> digits = without_groups(whole, group);
  if (!digits || digits->size() + rest.size() == 0) return no_number;
  return plain_number(*digits + "." + std::string(rest)).value_or(no_number);
}

/// Whether what follows a number is a unit: "mg", "%", "km/h", "°C", "m2".
bool is_unit(std::string_view text) {
  if (text.size() > 12 || text.find(' ') != text.npos) return false;
  const auto first = static_cast<unsigned char>(text[0]);
  if (!std::isalpha(first) && first < 0x80 && std::string_view("%$").find(text[0]) == text.npos)
    return false;
  for (const std::string_view ordinal : {"st", "nd", "rd", "th"})
    if (text == ordinal) return false;
  return true;
}

bool is_hexadecimal(std::string_view text) {
  return take(text, {"0x", "0X"}) && !text.empty() &&
         text.find_first_not_of("0123456789abcdefABCDEF") == text.npos;
}

/// Two whole numbers with a stroke between them.
bool is_fraction(std::string_view text) {
  const std::size_t stroke = text.find('/');
  if (stroke == text.npos || stroke == 0 || stroke + 1 == text.size()) return false;
  return text.find_first_not_of("0123456789") == stroke &&
         text.find_first_not_of("0123456789", stroke + 1) == text.npos;
}

/// Whether it is a number between these signs, of which one may be absent.
bool is_number_within(std::string_view text, std::string_view before, std::string_view after) {
  if (text.size() <= before.size() + after.size()) return false;
  if (!text.starts_with(before) || !text.ends_with(after)) return false;
  text.remove_prefix(before.size());
  text.remove_suffix(after.size());
  return number_text(text).has_value();
}

}  // namespace

std::optional<double> plain_number(std::string_view text) {
  double number = 0;
  const char *begin = text.data() + text.starts_with('+'), *end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(begin, end, number);
  if (error != std::errc() || stop != end || !std::isfinite(number)) return {};
  return number;
}

std::optional<NumberText> number_text(std::string_view text) {
  trim(text);
  NumberText number;
  bool negative = take(text, {"-", "\xe2\x88\x92"});
  if (!negative) take(text, {"+"});
  const std::string_view before = text;
  if (take(text,
           {"$", "\xe2\x82\xac", "\xc2\xa3", "\xc2\xa5", "US$", "USD", "EUR", "GBP", "CHF"})) {
    number.unit = before.substr(0, before.size() - text.size());
    trim(text);
    if (!negative) negative = take(text, {"-", "\xe2\x88\x92"});
  }
  std::string digits;  // with points and commas, but without signs that can only separate groups
  char other_group = 0;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    const bool parts = (c == ' ' || c == '\'') && at > 0 &&
                       (other_group == 0 || other_group == c) && at + 3 < text.size() &&
                       std::all_of(&text[at + 1], &text[at + 4], is_digit) &&
                       (at + 4 == text.size() || !is_digit(text[at + 4]));
    if (parts) other_group = c;
    if (!is_digit(c) && c != '.' && c != ',' && !parts) break;
    if (!parts) digits += c;
  }
  if (digits.empty() || !std::any_of(digits.begin(), digits.end(), is_digit)) return {};
  std::string_view rest = text.substr(at);
  double exponent = 1;
  if (rest.size() > 1 && (rest[0] == 'e' || rest[0] == 'E')) {
    int power = 0;
    const char* begin = rest.data() + 1 + (rest[1] == '+');
    const auto [stop, error] = std::from_chars(begin, rest.data() + rest.size(), power);
    if (error == std::errc()) {
      exponent = std::pow(10.0, power);
      rest = rest.substr(static_cast<std::size_t>(stop - rest.data()));
    }
  }
  trim(rest);
  if (!rest.empty()) {
    if (!number.unit.empty() || !is_unit(rest) || is_hexadecimal(text)) return {};
    number.unit = rest;
  }
  const double sign = negative ? -exponent : exponent;
  number.point = sign * read_digits(digits, '.');
  number.comma = sign * read_digits(digits, ',');
  if (!std::isfinite(number.point) && !std::isfinite(number.comma)) return {};
  return number;
}

const OddNumbers* odd_number(std::string_view text) {
  static constexpr OddNumbers brackets{"numbers in brackets",
                                       "write negative ones with a minus before them"},
      minus{"numbers with a minus behind them", "write it before them"},
      quotes{"numbers in single quotes", "take the quotes away"},
      fractions{"fractions", "write them as one number, such as 0.5"},
      hexadecimal{"hexadecimal numbers", "write them with the digits 0 to 9"},
      times{"times", "write them as numbers, such as minutes"},
      dates{"dates", "write them as numbers, such as days"};
  trim(text);
  if (is_number_within(text, "(", ")")) return &brackets;
  if (is_number_within(text, "", "-")) return &minus;
  if (is_number_within(text, "'", "'")) return &quotes;
  if (is_fraction(text)) return &fractions;
  if (is_hexadecimal(text)) return &hexadecimal;
  if (!is_date(text)) return nullptr;
  return text.substr(0, text.find_first_of(" T")).find(':') == text.npos ? &dates : &times;
}

bool is_date(std::string_view text) {
  // Groups of digits separated by one kind of sign: 2024-01-31, 31/1/24, 12:30.
  const std::size_t end = std::min(text.find_first_of(" T"), text.size());
  const std::string_view day = text.substr(0, end);
  for (const char sign : {'-', '/', '.', ':'}) {
    std::size_t groups = 1, digits = 0;
    bool fits = !day.empty();
    for (const char c : day) {
      if (c == sign && digits > 0) {
        ++groups;
        digits = 0;
      } else if (is_digit(c) && digits < 4) {
        ++digits;
      } else {
        fits = false;
      }
    }
    if (fits && digits > 0 && (groups == 3 || (sign == ':' && groups == 2))) return true;
  }
  return false;
}

}}  // namespace hourglass
