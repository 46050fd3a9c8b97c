#include "hourglass/nn/files/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <type_traits>
#include <utility>
#include <variant>

#include "hourglass/autograd/base/advice.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/base/file_kind.hpp"
#include "hourglass/nn/files/toml_values.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// toml++ sorts settings by name; here they stay in the order in which they were written, with all
/// settings of one table together.
struct Config::Tables {
  struct Entry {
    std::string table, key;
    SettingValue value;
  };
  std::vector<Entry> entries;

  SettingValue* find(std::string_view table, std::string_view key);
  void put(const std::string& table, const std::string& key, SettingValue value);
};

namespace {

// ---- values into fields ----

[[noreturn]] void wrong(const std::string& name, const SettingValue& value, const char* wanted) {
  throw ConfigError(fmt::format("{} is {}, but {} is expected", name, to_toml(value), wanted));
}

void assign(bool& field, const SettingValue& value, const std::string& name) {
  if (!std::holds_alternative<bool>(value)) wrong(name, value, "true or false");
  field = std::get<bool>(value);
}

void assign(double& field, const SettingValue& value, const std::string& name) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    field = static_cast<double>(*integer);
  } else if (const auto* number = std::get_if<double>(&value)) {
    field = *number;
  } else {
    wrong(name, value, "a number");
  }
}

void assign(std::size_t& field, const SettingValue& value, const std::string& name) {
  const auto* integer = std::get_if<std::int64_t>(&value);
  if (integer == nullptr || *integer < 0) wrong(name, value, "a whole number of at least 0");
  field = static_cast<std::size_t>(*integer);
}

void assign(std::string& field, const SettingValue& value, const std::string& name) {
  if (!std::holds_alternative<std::string>(value)) wrong(name, value, "a string in quotes");
  field = std::get<std::string>(value);
}

void assign(std::vector<std::size_t>& field, const SettingValue& value, const std::string& name) {
  const auto* integers = std::get_if<Integers>(&value);
  const auto is_negative = [](std::int64_t integer) { return integer < 0; };
  if (integers == nullptr || std::any_of(integers->begin(), integers->end(), is_negative)) {
    wrong(name, value, "an array of whole numbers of at least 0, such as [512, 256],");
  }
  field.assign(integers->begin(), integers->end());
}

// ---- fields into values ----

std::int64_t to_integer(std::size_t field) {
  if (field > std::size_t{std::numeric_limits<std::int64_t>::max()}) {
    throw ConfigError(fmt::format("{} is more than TOML's integers hold", field));
  }
  return static_cast<std::int64_t>(field);
}

template <class T>
SettingValue from_field(const T& field) {
  if constexpr (std::is_same_v<T, std::size_t>) {
    return to_integer(field);
  } else if constexpr (std::is_same_v<T, std::vector<std::size_t>>) {
    Integers integers;
    for (std::size_t number : field) integers.push_back(to_integer(number));
    return integers;
  } else {
    return field;
  }
}

}  // namespace

// ---- Config ----

SettingValue* Config::Tables::find(std::string_view table, std::string_view key) {
  for (Entry& entry : entries) {
    if (entry.table == table && entry.key == key) return &entry.value;
  }
  return nullptr;
}

void Config::Tables::put(const std::string& table, const std::string& key, SettingValue value) {
  checked_name(table, key);
  if (SettingValue* known = find(table, key)) {
    *known = std::move(value);
    return;
  }
  const auto last = std::find_if(entries.rbegin(), entries.rend(),
                                 [&](const Entry& entry) { return entry.table == table; });
  const auto at = last == entries.rend() ? entries.end() : last.base();
  entries.insert(at, {table, key, std::move(value)});
}

Config::Config() : tables_(std::make_unique<Tables>()) {}
Config::~Config() = default;
Config::Config(Config&&) noexcept = default;
Config& Config::operator=(Config&&) noexcept = default;
Config::Config(const Config& other) : tables_(std::make_unique<Tables>(*other.tables_)) {}

namespace {

std::string place(const std::string& origin, const toml::source_region& source) {
  return fmt::format("{}:{}:{}", origin, source.begin.line, source.begin.column);
}

}  // namespace

Config Config::parse(std::string_view toml, const std::string& origin) {
  Config config;
  toml::source_region at;
  if (const std::string kind = toml.empty() ? "" : file_kind(toml.substr(0, 4096)); !kind.empty())
    throw ConfigError(fmt::format("{}: it holds no settings in TOML, but is {}", origin, kind));
  try {
    const toml::table root = parse_toml(toml);
    for (const auto& [table, table_node] : in_written_order(root)) {
      at = table->source();
      if (!table_node->is_table())
        throw ConfigError(in_quotes(table->str()) + " stands in no table");
      for (const auto& [key, node] : in_written_order(*table_node->as_table())) {
        at = key->source();
        const std::string name = checked_name(*table, *key);
        config.tables_->put(std::string(*table), std::string(*key), to_value(*node, name));
      }
    }
  } catch (const toml::parse_error& error) {
    throw ConfigError(fmt::format("{}: {}", place(origin, error.source()), error.description()));
  } catch (const ConfigError& error) {
    throw ConfigError(fmt::format("{}: {}", place(origin, at), error.what()));
  }
  return config;
}

std::string Config::text() const {
  std::string result = written();  // which resuming and loading must be able to read
  if (Config::parse(result, "config").written() != result)
    throw ConfigError("config: a setting would not be read back as it is");
  return result;
}

std::string Config::written() const {
  std::string result;
  std::string_view table;
  for (const auto& entry : tables_->entries) {
    if (entry.table != table) {
      result += fmt::format("{}[{}]\n", result.empty() ? "" : "\n", entry.table);
      table = entry.table;
    }
    result += fmt::format("{} = {}\n", entry.key, to_toml(entry.value));
  }
  return result;
}

void Config::set(std::string_view assignment, const std::string& default_table) {
  const auto equals = assignment.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    throw ConfigError(fmt::format("{} is not KEY=VALUE", in_quotes(assignment)));
  }
  const std::string name(assignment.substr(0, equals));
  const std::string text(assignment.substr(equals + 1));
  const auto dot = name.find('.');
  const std::string table = dot == std::string::npos ? default_table : name.substr(0, dot);
  const std::string key = dot == std::string::npos ? name : name.substr(dot + 1);
  const std::string setting = checked_name(table, key);
  try {
    tables_->put(table, key, parse_command_line_value(text, setting));
  } catch (const toml::parse_error& error) {
    throw ConfigError(fmt::format("{}: {}", in_quotes(assignment), error.description()));
  }
}

std::vector<Setting> Config::list() const {
  std::vector<Setting> settings;
  for (const auto& [table, key, value] : tables_->entries)
    settings.push_back({fmt::format("{}.{}", table, key), to_toml(value), ""});
  return settings;
}

void Config::expect_tables(const std::vector<std::string>& known) const {
  for (const auto& entry : tables_->entries)
    if (std::ranges::count(known, entry.table) == 0)
      throw ConfigError(fmt::format("{}.{}: there is no table {}; {}", entry.table, entry.key,
                                    entry.table, advice(entry.table, known)));
}

void Config::merge(const Config& other) {
  for (const auto& [table, key, value] : other.tables_->entries) tables_->put(table, key, value);
}

// ---- Settings ----

Settings Settings::reading(const Config& config, std::string table) {
  return Settings(Reading{config, std::move(table)});
}

Settings Settings::writing(Config& config, std::string table) {
  return Settings(Writing{config, std::move(table)});
}

Settings Settings::listing(std::vector<Setting>& list) {
  return Settings(Listing{list});
}

Settings Settings::checking(std::string table) {
  return Settings(Checking{std::move(table)});
}

const std::string* Settings::checked_table() const {
  if (const auto* reading = std::get_if<Reading>(&mode_)) return &reading->table;
  if (const auto* checking = std::get_if<Checking>(&mode_)) return &checking->table;
  return nullptr;
}

template <class T>
void Settings::visit(const char* name, T& field, const char* help) {
  known_.push_back(name);
  if (const auto* reading = std::get_if<Reading>(&mode_)) {
    if (const SettingValue* value = reading->config.tables_->find(reading->table, name))
      assign(field, *value, fmt::format("{}.{}", reading->table, name));
  } else if (const auto* writing = std::get_if<Writing>(&mode_)) {
    writing->config.tables_->put(writing->table, name, from_field(field));
  } else if (const auto* listing = std::get_if<Listing>(&mode_)) {
    listing->list.push_back({name, to_toml(from_field(field)), help});
  }
}

template <class T>
void Settings::visit_number(const char* name, T& field, const Bounds& bounds, const char* help) {
  visit(name, field, help);
  if (const std::string* table = checked_table())
    bounds.expect(*table + "." + name, static_cast<double>(field));
}

void Settings::operator()(const char* name, bool& field, const char* help) {
  visit(name, field, help);
}
void Settings::operator()(const char* name, double& field, const char* help) {
  visit(name, field, help);
}
void Settings::operator()(const char* name, std::size_t& field, const char* help) {
  visit(name, field, help);
}
void Settings::operator()(const char* name, double& field, const Bounds& bounds, const char* help) {
  visit_number(name, field, bounds, help);
}
void Settings::operator()(const char* name, std::size_t& field, const Bounds& bounds,
                          const char* help) {
  visit_number(name, field, bounds, help);
}
void Settings::operator()(const char* name, std::string& field, const char* help) {
  visit(name, field, help);
}
void Settings::operator()(const char* name, std::string& field, const ChoiceNames& choices,
                          const std::string& help) {
  visit(name, field, (help + ": " + choices.listed()).c_str());
  if (checked_table()) choices.index_of(field);
}
void Settings::operator()(const char* name, std::vector<std::size_t>& field, const char* help) {
  visit(name, field, help);
}

void Settings::finish() const {
  const auto* reading = std::get_if<Reading>(&mode_);
  if (!reading) return;
  for (const auto& entry : reading->config.tables_->entries) {
    if (entry.table != reading->table || std::ranges::count(known_, entry.key) != 0) continue;
    throw ConfigError(fmt::format("{}.{} is not a setting; {}", entry.table, entry.key,
                                  advice(entry.key, known_)));
  }
}

}}  // namespace hourglass
