#include "hourglass/nn/files/toml_values.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <type_traits>

#include "hourglass/autograd/base/error.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// ---- values as text ----

std::string in_quotes(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (std::iscntrl(static_cast<unsigned char>(c))) {
      result += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
    } else {
      result += c;
    }
  }
  return result + '"';
}

namespace {

std::string to_toml(double number) {
  // The fewest digits that read back as the same number.
  const std::string shortest = fmt::format("{}", number);
  // To TOML a number without a point or an exponent is an integer ("inf" and "nan" have an n).
  return shortest.find_first_of(".en") == std::string::npos ? shortest + ".0" : shortest;
}

}  // namespace

std::string to_toml(const SettingValue& value) {
  return std::visit(
      [](const auto& held) -> std::string {
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<T, double>) return to_toml(held);
        if constexpr (std::is_same_v<T, std::string>) return in_quotes(held);
        if constexpr (std::is_same_v<T, Integers>) return fmt::format("{}", held);
        if constexpr (std::is_integral_v<T>) return fmt::format("{}", held);
      },
      value);
}

// ---- values from TOML ----

namespace {

/// The text without TOML's strings and comments, right up to a syntax error, where toml++ stops.
std::string without_strings(std::string_view text) {
  std::string rest;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '#') i = std::min(text.find('\n', i), text.size());
    if (c != '"' && c != '\'') {
      rest += c;
      continue;
    }
    const std::string three(3, c);
    const std::string_view end = text.substr(i).starts_with(three) ? three : text.substr(i, 1);
    for (i += end.size(); i < text.size() && !text.substr(i).starts_with(end); ++i)
      if (text[i] == '\\' && c == '"') ++i;
    for (i += end.size() - 1; end.size() == 3 && i + 1 < text.size() && text[i + 1] == c;) ++i;
  }
  return rest;
}

}  // namespace

toml::table parse_toml(std::string_view text) {
  // toml++ recurses once for each dot of a key such as a.a.a.a, without a limit.
  constexpr auto most_dots = 4096;
  const std::string outside = without_strings(text);
  if (std::count(outside.begin(), outside.end(), '.') > most_dots) {
    throw ConfigError(fmt::format("more than {} dots in keys and numbers", most_dots));
  }
  return toml::parse(text);
}

SettingValue to_value(const toml::node& node, const std::string& name) {
  if (const auto* value = node.as_boolean()) return value->get();
  if (const auto* value = node.as_integer()) return value->get();
  if (const auto* value = node.as_floating_point()) return value->get();
  if (const auto* value = node.as_string()) return value->get();
  if (!node.is_array()) {
    throw ConfigError(name + " is not a truth value, number, string or array of whole numbers");
  }
  Integers integers;
  for (const toml::node& element : *node.as_array()) {
    if (!element.is_integer()) throw ConfigError(name + " may hold whole numbers only");
    integers.push_back(element.as_integer()->get());
  }
  return integers;
}

std::vector<KeyAndNode> in_written_order(const toml::table& table) {
  std::vector<KeyAndNode> result;
  for (const auto& [key, node] : table) result.emplace_back(&key, &node);
  std::sort(result.begin(), result.end(), [](const KeyAndNode& a, const KeyAndNode& b) {
    return a.first->source().begin < b.first->source().begin;
  });
  return result;
}

namespace {

/// Whether a name can be written in TOML as it is, without quotes.
bool is_bare(std::string_view name) {
  const auto fits = [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-'; };
  return !name.empty() && std::all_of(name.begin(), name.end(), fits);
}

}  // namespace

std::string checked_name(std::string_view table, std::string_view key) {
  const std::string name = fmt::format("{}.{}", table, key);
  if (is_bare(table) && is_bare(key)) return name;
  throw ConfigError(in_quotes(name) + " is not a name of a setting");
}

namespace {

SettingValue parse_value(const std::string& text, const std::string& name) {
  const toml::table parsed = parse_toml("value = " + text);
  if (parsed.size() != 1) throw ConfigError(name + " is more than one value");
  return to_value(*parsed.get("value"), name);
}

}  // namespace

SettingValue parse_command_line_value(const std::string& text, const std::string& name) try {
  return parse_value(text, name);
} catch (const std::runtime_error&) {
  // A text that opens a bracket or a quote is meant as TOML: report what is wrong with it.
  if (text.empty() || std::string_view("[{\"'").find(text[0]) != std::string_view::npos) throw;
  return parse_value(in_quotes(text), name);
}

}}  // namespace hourglass
