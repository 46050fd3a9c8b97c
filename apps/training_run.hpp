#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apps/command.hpp"
#include "apps/evaluation/evaluation_set.hpp"
#include "apps/reports/report.hpp"
#include "hourglass/datasets/catalog/catalog.hpp"
#include "hourglass/models/statistics/pca.hpp"
#include "hourglass/models/trained/diagnosis.hpp"
#include "hourglass/models/trained/model_file.hpp"
#include "hourglass/nn/training/trainer.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The results of a run, as its report, its table and its JSON show them.
struct TrainingResults {
  Metrics evaluation, train;  ///< on the evaluation set, and on what was trained on
  /// of PCA on the evaluation set, per example; none if values are missing
  std::optional<double> pca_squared_error = {};
  std::vector<std::string> warnings = {};
};

/// A training run, from its settings to the files that it leaves in its folder.
class TrainingRun {
 public:
  /// `command_line` is shown in the report. Throws ConfigError or DataError for settings or data
  /// from which nothing can be trained, before anything is written.
  TrainingRun(Config config, std::filesystem::path folder, const CommonOptions& common,
              std::string command_line);

  /// Resumes from the folder's checkpoint, whose settings were these. Throws ConfigError or
  /// DataError if the training examples are not those that it was made with.
  void resume(const Config& was);

  /// Runs the epochs that are left; after each one the checkpoint and metrics.csv are written. With
  /// the first of them, the files of an earlier run in the folder are deleted: until there is something
  /// to put in their place they stay. Throws Interrupted if Ctrl-C ended it, with the checkpoint
  /// written.
  void train();

  /// Writes model.safetensors, the pictures and the report, and deletes those that this run no
  /// longer makes; prints the metrics. A run that was complete when it was resumed is left as it
  /// is.
  void write_results();

 private:
  void expect_same_examples(const Config& was) const;
  void expect_no_missing() const;
  std::size_t steps_per_epoch() const;
  void note_new_schedule(const Config& was) const;
  bool is_complete();
  bool replaces_a_run() const;
  void save_progress();
  void write_report(const Report& page);
  Metrics evaluate_epoch();
  EvaluationSet shown() const;
  std::vector<Warning> diagnose();
  void warn_early(Progress& progress);
  void note_new(const std::vector<Warning>& found, Progress& progress);
  double seconds() const;
  double images_per_second() const;
  std::optional<Pca> finish_model();
  TrainingResults measure_results(std::vector<Warning> found);
  nlohmann::ordered_json to_json(const TrainingResults& results) const;
  std::string summary() const;
  std::vector<std::pair<std::string, std::string>> shown_settings() const;
  Report report(const TrainingResults& results, const std::optional<Pca>& plane) const;

  Config config_;
  RunOptions run_;
  TrainingOptions training_;
  std::filesystem::path folder_;
  const CommonOptions& common_;
  std::string command_line_;
  std::vector<std::string> notes_;  // on how the data were split
  TrainingData data_;
  EvaluationSet evaluation_;
  Rng rng_;
  std::unique_ptr<Autoencoder> model_;
  std::unique_ptr<Trainer> trainer_;
  bool resumed_ = false, complete_ = false, saved_ = false;
  std::vector<Warning::Failure> noted_;  // so that each failure is reported once
};

}}  // namespace hourglass
