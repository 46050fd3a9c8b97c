#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "hourglass/autograd/base/precision.hpp"
#include "hourglass/nn/bounds.hpp"
#include "hourglass/nn/choices.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// One setting as it is shown to a person.
struct Setting {
  std::string name, value, help;  ///< value in TOML's notation
};

/// Settings as named values in tables, one TOML file: `[model]`, `[training]`, `[data]`.
class Config {
 public:
  Config();
  ~Config();
  Config(Config&&) noexcept;
  Config& operator=(Config&&) noexcept;
  Config(const Config&);

  /// Throws ConfigError naming `origin` (a file, "--set", …), line and column.
  static Config parse(std::string_view toml, const std::string& origin);
  /// The settings as TOML that `parse` reads back unchanged; throws ConfigError for any that it would
  /// not, such as a name that is not UTF-8.
  std::string text() const;

  /// Sets "table.key" from the notation of the command line, KEY=VALUE, where VALUE is TOML (`32`,
  /// `[512, 256]`, `true`) or else taken as a string. A KEY without a dot is looked up in
  /// `default_table`. Throws ConfigError.
  void set(std::string_view assignment, const std::string& default_table);

  /// Copies every value of `other` over this one's.
  void merge(const Config& other);

  /// Every value, named "table.key", in the order of the text.
  std::vector<Setting> list() const;

  /// Throws ConfigError for a value in a table that is not one of these.
  void expect_tables(const std::vector<std::string>& known) const;

 private:
  friend class Settings;
  struct Tables;
  std::string written() const;

  std::unique_ptr<Tables> tables_;
};

/// Visits the fields of an options aggregate, so that one list of its fields serves for reading a
/// config, writing one, checking values and showing what can be set:
///
///     void SparseOptions::describe(Settings& settings) {
///       base.describe(settings);
///       settings("weight", weight, at_least(0), "of Σ |code|");
///     }
class Settings {
 public:
  /// Reads the fields that `config` has in `table`; the others keep their defaults. After all fields
  /// have been visited, `finish` throws ConfigError for a key that is not a field, and suggests the
  /// nearest one.
  static Settings reading(const Config& config, std::string table);
  /// Writes every field to `config` under `table`.
  static Settings writing(Config& config, std::string table);
  /// Adds every field to `list`.
  static Settings listing(std::vector<Setting>& list);
  /// Throws ConfigError for a field that is out of its bounds or has none of its names. Reading does
  /// that too; this is for options that a program made.
  static Settings checking(std::string table);

  void operator()(const char* name, bool& field, const char* help);
  void operator()(const char* name, double& field, const char* help);
  void operator()(const char* name, std::size_t& field, const char* help);
  /// A number that must lie within `bounds`.
  void operator()(const char* name, double& field, const Bounds& bounds, const char* help);
  void operator()(const char* name, std::size_t& field, const Bounds& bounds, const char* help);
  void operator()(const char* name, std::string& field, const char* help);
  void operator()(const char* name, std::vector<std::size_t>& field, const char* help);
  /// An enumerated setting: its help ends with the possible names.
  void operator()(const char* name, std::string& field, const ChoiceNames& choices,
                  const std::string& help);

  void finish() const;

 private:
  struct Reading {
    const Config& config;
    std::string table;
  };
  struct Writing {
    Config& config;
    std::string table;
  };
  struct Listing {
    std::vector<Setting>& list;
  };
  struct Checking {
    std::string table;
  };
  using Mode = std::variant<Reading, Writing, Listing, Checking>;

  explicit Settings(Mode mode) : mode_(std::move(mode)) {}
  template <class T>
  void visit(const char* name, T& field, const char* help);
  template <class T>
  void visit_number(const char* name, T& field, const Bounds& bounds, const char* help);
  /// The table of the fields, where their values are to be checked.
  const std::string* checked_table() const;

  Mode mode_;
  std::vector<std::string> known_;  // the names of the fields so far
};

/// Reads the options of type T from `table`, with their defaults where the config is silent.
template <class T>
T read_options(const Config& config, const std::string& table, T options = {}) {
  Settings settings = Settings::reading(config, table);
  options.describe(settings);
  settings.finish();
  return options;
}

/// Throws ConfigError, "table.weight is -1, but must be at least 0", for a value that makes no sense.
template <class T>
void check_options(const std::string& table, T options) {
  Settings settings = Settings::checking(table);
  options.describe(settings);
}

/// Writes all options to `table`.
template <class T>
void write_options(Config& config, const std::string& table, T options) {
  Settings settings = Settings::writing(config, table);
  options.describe(settings);
}

}}  // namespace hourglass
