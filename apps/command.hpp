#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "apps/file_guard.hpp"
#include "hourglass/datasets/catalog/catalog.hpp"
#include "hourglass/models/trained/model_file.hpp"
#include "hourglass/nn/training/progress.hpp"

// What the commands share.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Thrown when Ctrl-C ended a command, after it has saved what it had: exit code 130.
struct Interrupted {};

/// Checks for numeric options: they return what is wrong with this text, or nothing.
/// (CLI11's own checks put the largest double into their messages.)
std::string positive(const std::string& text);
/// For whole numbers.
std::string not_negative(const std::string& text);

/// The options that every command has.
struct CommonOptions {
  std::size_t threads = 0;  ///< 0: as many as the machine has
  std::optional<std::size_t> seed;
  bool quiet = false;
  bool deterministic = false;
  std::string json;

  /// Adds them to a command, with an example for its help.
  void add_to(CLI::App& command, const std::string& example);
  /// Adds an option that names a file to write, of the format that `suffix` (".png") stands for,
  /// which `apply` checks (file_guard.hpp) …
  CLI::Option* add_output(CLI::App& command, const std::string& name, std::string& place,
                          const std::string& help, const std::string& suffix);
  /// … or a place that may become a file or a folder.
  CLI::Option* add_output(CLI::App& command, const std::string& name, std::string& place,
                          const std::string& help, Output::Kind kind);
  /// Adds --report, a web page.
  void add_report(CLI::App& command, std::string& file, const std::string& help);
  /// The generator that --seed asks for.
  Rng rng() const { return Rng(seed.value_or(1)); }
  /// Sets the number of threads, and whether results may depend on it, and declares the outputs.
  void apply() const;

  Progress::Show progress() const {
    return quiet ? Progress::Show::nothing : Progress::Show::automatic;
  }
  /// Prints `text` to stdout, unless stdout carries the JSON or the command is quiet.
  void print(const std::string& text) const;
  /// Prints reasons to doubt the metrics to stderr, one per line, unless the command is quiet.
  void warn(const std::vector<std::string>& warnings) const;
  /// Writes the metrics to the file that --json names, "-" for stdout. Throws NonFiniteError if
  /// one of them is not finite, whether --json is given or not.
  void write_json(const nlohmann::ordered_json& metrics) const;

 private:
  struct OutputOption {
    std::string name;
    const std::string* place;
    Output::Kind kind;
    std::string suffix = "";
  };
  std::vector<OutputOption> outputs_;
};

/// Adds RUN, the trained model that a command uses.
void add_run_option(CLI::App& command, std::string& run);

/// Adds --data, the data that a command uses in place of the run's own.
void add_data_option(CLI::App& command, std::string& data,
                     const std::string& help =
                         "other data than the run's own: their test set, or all where they have "
                         "none of their own");

}}  // namespace hourglass
