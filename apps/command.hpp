#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "apps/evaluation/evaluation_set.hpp"
#include "apps/file_guard.hpp"
#include "apps/reports/report.hpp"
#include "hourglass/datasets/catalog/catalog.hpp"
#include "hourglass/models/trained/model_file.hpp"
#include "hourglass/nn/training/history.hpp"
#include "hourglass/nn/training/progress.hpp"

// What the commands share.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Thrown where Ctrl-C ended a command, after it has saved what it had: exit code 130.
struct Interrupted {};

/// Checks for options that are numbers: what is wrong with this text, or nothing. CLI11's own name
/// the largest double in their message.
std::string positive(const std::string& text);
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
  /// Adds an option that names a place to write to, which `apply` checks (file_guard.hpp).
  CLI::Option* add_output(CLI::App& command, const std::string& name, std::string& place,
                          const std::string& help, Output::Kind kind = Output::Kind::file);
  /// The generator that --seed asks for.
  Rng rng() const { return Rng(seed.value_or(1)); }
  /// Sets the number of threads, and whether results may depend on it, and declares the outputs.
  void apply() const;

  Progress::Show progress() const {
    return quiet ? Progress::Show::nothing : Progress::Show::automatic;
  }
  /// Prints `text` to stdout, unless stdout carries the JSON or the command is quiet.
  void print(const std::string& text) const;
  /// Tells people on stderr what makes the figures doubtful, a line each, unless it is quiet.
  void warn(const std::vector<std::string>& warnings) const;
  /// Writes the figures to the file that --json names, "-" for stdout. Throws NonFiniteError where
  /// one is no finite number, whether --json is given or not.
  void write_json(const nlohmann::ordered_json& figures) const;

 private:
  struct OutputOption {
    std::string name;
    const std::string* place;
    Output::Kind kind;
  };
  std::vector<OutputOption> outputs_;
};

/// {"loss": 8.3, "mse_per_pixel": 0.0106}
nlohmann::ordered_json to_json(const Metrics& figures);

/// Refuses a place for --report that is no FILE.html. Throws ConfigError.
void check_report(const std::string& file);

/// The squared error per image on `test` of PCA with as many components as the code has numbers.
double pca_baseline(const Dataset& train, const Dataset& test, std::size_t latent);

/// The figures of `evaluate` for people: with units, and beside them those of PCA with as many
/// components as the code has numbers, from its squared error per image. Of a table the examples
/// are rows of numbers instead of images of pixels.
std::vector<ReportFigure> figure_rows(const Metrics& figures,
                                      std::optional<double> pca_squared_error,
                                      const EvaluationSet& set);
/// The rows as a table for a terminal, under what they were measured on.
std::string to_table(const std::vector<ReportFigure>& rows, std::size_t latent,
                     const MeasuredOn& measured_on);

}}  // namespace hourglass
