#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "hourglass/autograd/base/precision.hpp"

// The values of a config's settings, from TOML and as TOML.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

using Integers = std::vector<std::int64_t>;
using SettingValue = std::variant<bool, std::int64_t, double, std::string, Integers>;

/// The text between double quotes, as TOML writes a string.
std::string in_quotes(std::string_view text);

std::string to_toml(const SettingValue& value);

/// Throws ConfigError, or toml::parse_error.
toml::table parse_toml(std::string_view text);

/// The entries of a table in the order in which they were written, where toml++ sorts them by name.
using KeyAndNode = std::pair<const toml::key*, const toml::node*>;
std::vector<KeyAndNode> in_written_order(const toml::table& table);

/// The value of a node, which messages call `name`.
SettingValue to_value(const toml::node& node, const std::string& name);

/// The value of KEY=VALUE, where strings need no quotes.
SettingValue parse_command_line_value(const std::string& text, const std::string& name);

/// "table.key", as messages name a setting. Throws ConfigError for a name that needs quotes.
std::string checked_name(std::string_view table, std::string_view key);

}}  // namespace hourglass
