#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "hourglass/datasets/catalog/catalog.hpp"
#include "hourglass/models/trained/model_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What metrics were measured on, and how much of it the model was trained on. All commands take
/// their wording from here, and only this says "test": of examples whose rows were not trained on.
class MeasuredOn {
 public:
  /// A test set, or a validation set: its rows are not among those of `trained`.
  static MeasuredOn test(const Dataset& data, const Dataset& trained);
  static MeasuredOn validation(const Dataset& data, const Dataset& trained);
  /// The data that were trained on.
  static MeasuredOn training(const Dataset& data);
  /// The run's own data, if they have changed since, so that any of them may have been trained on.
  static MeasuredOn changed(const Dataset& data, Split split);
  /// Any others. How many of them were trained on is found by comparing them with `trained`; null:
  /// unknown. `own`: whether they are from the run's own data; `split`: which split of them.
  static MeasuredOn other(const Dataset& data, const Dataset* trained, bool own, Split split);

  bool is_test() const { return set_ == Set::test; }
  bool is_validation() const { return set_ == Set::validation; }
  bool has_changed() const { return changed_; }
  /// Whether some of it may have been trained on.
  bool may_be_trained_on() const;

  /// "on the test set", "on the training data", "on 400 examples of npy:n.npy, 280 of which were
  /// trained on", "on the test set, 3 of whose 120 examples equal a training example"
  std::string on() const;
  /// The same with the number of examples: "on the test set, 10,000 examples of mnist"
  std::string on_examples() const;
  /// "of the test set, none of which was trained on"
  std::string of() const;
  /// The word before "images": "test ", "training ", "validation ", or nothing.
  std::string adjective() const;
  /// {data, split: test | validation | train | all, examples, trained_on: null if unknown,
  /// equal_to_trained: how many equal a training example}
  nlohmann::ordered_json to_json() const;

 private:
  enum class Set { test, validation, training, other };
  MeasuredOn(Set set, const Dataset& data)
      : set_(set), data_(data.name()), examples_(data.size()) {}

  Set set_;
  std::string data_;
  std::size_t examples_;
  std::optional<std::size_t> equal_ = {};  // how many equal a training example
  bool own_ = true, changed_ = false;
  Split split_ = Split::all;
};

/// Examples to measure on.
struct EvaluationSet {
  Dataset data;
  MeasuredOn measured_on;
};

/// Says how data that a run was not trained on were read (Dataset::notes), unless --quiet was
/// given.
void say_notes(const Dataset& data);

/// What a run trains on: the training split of its data (all, if `--test` names a test set from
/// elsewhere), its first `limit` examples, without the held-out ones.
TrainingData load_training_data(const RunOptions& run);
/// The same, or nothing if they cannot be read, as when only the model's file was copied.
std::optional<TrainingData> training_data_if_there(const RunOptions& run);

/// What RunOptions::fingerprint stores of training data.
std::string fingerprint_of(const TrainingData& training);
/// Whether a run's files no longer hold the examples that it was trained on.
bool has_changed(const RunOptions& run, const TrainingData& training);

/// What a run is measured on: its test set; if it has none, what it held out; or else what it
/// was trained on.
EvaluationSet load_evaluation_set(const RunOptions& run, const TrainingData& training,
                                  const std::string& scale);

/// What a run held out from its training split.
EvaluationSet load_validation_set(const RunOptions& run, const TrainingData& training);

/// What a run is measured on, for a trained model; or `description`: of the run's own data, the test
/// split, split as in training unless it says otherwise; of other data, their test set, or
/// `undivided` if they have none of their own. Columns get the scale that the model learnt. Training
/// examples that cannot be read are not compared. Throws ConfigError if examples do not have the
/// model's shape.
EvaluationSet load_evaluation_set(const TrainedModel& trained, const std::string& description,
                                  Split undivided = Split::all);
/// The same with training data that are already loaded.
EvaluationSet load_evaluation_set(const TrainedModel& trained, const std::string& description,
                                  const TrainingData& training, Split undivided = Split::all);

/// The run's own test set with all labels, whichever it was trained on and however many examples
/// its description keeps; if it has none, all of its data.
EvaluationSet load_evaluation_set_of_all_labels(const TrainedModel& trained,
                                                const TrainingData& training);

/// Examples for a trained model to use, not to be measured on: this split of `description`, or
/// `undivided` for data other than the run's own that have no test set.
Dataset load_data_for(const TrainedModel& trained, const std::string& description, Split split,
                      Split undivided = Split::all);

/// Whether the first examples of a run are as mixed as all: in the order that MNIST has, or in one
/// drawn for a split. Files are often sorted by class.
bool is_mixed(const RunOptions& run, const TrainingData& training);
/// The examples in an order drawn by `seed`.
Dataset in_drawn_order(const Dataset& data, std::uint64_t seed);

/// How the run's data were split, as a line for the user; nothing if they have a test set.
std::string split_note(const RunOptions& run, const TrainingData& training,
                       const EvaluationSet& evaluation);

}}  // namespace hourglass
