#include "apps/evaluation/detection_data.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "apps/evaluation/training_data.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/nn/training/progress.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

using Labels = std::vector<std::uint8_t>;

bool is_among(const Labels& labels, std::uint8_t label) {
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

/// Refuses labels without training examples: nothing would show what is normal.
void expect_labels(const Labels& labels, const Dataset& train) {
  if (!train.has_labels())
    throw ConfigError(fmt::format("--normal: {} has no labels", train.name()));
  const Labels own = train.labels(0, train.size());
  const std::set<std::uint8_t> known(own.begin(), own.end());
  std::vector<std::string> names;
  names.reserve(known.size());
  for (std::uint8_t label : known) names.push_back(train.label_name(label));
  for (std::uint8_t label : labels)
    if (!known.contains(label))
      throw ConfigError(
          fmt::format("--normal: there are no training examples of label {} to say what is normal; "
                      "they have {}",
                      train.label_name(label), fmt::join(names, ", ")));
}

/// What is normal: --normal, or else the labels that the run was trained on; none if unknown.
Labels normal_labels(const DetectionDataOptions& options, const TrainedModel& trained,
                     const Dataset& train) {
  if (options.normal.empty()) return kept_labels(trained.run.data, train);
  Labels labels;
  for (const std::string& text : options.normal)
    labels.push_back(label_number(text, train.label_names()));
  expect_labels(labels, train);
  return labels;
}

Dataset normal_of(const Dataset& data, const Labels& normal) {
  return normal.empty() || !data.has_labels() ? data : data.with_labels(normal);
}

/// All labels but these.
Labels others(const Labels& normal) {
  Labels labels;
  for (unsigned label = 0; label < 256; ++label)
    if (!is_among(normal, static_cast<std::uint8_t>(label)))
      labels.push_back(static_cast<std::uint8_t>(label));
  return labels;
}

/// The anomalies in the training split that the run did not see; none if it learnt from all labels.
Dataset anomalies_of_training(const TrainedModel& trained, const Labels& normal) {
  const Dataset all =
      load_dataset(without_filters(trained.run.data), Split::train, trained.run.scale);
  const Labels learnt = kept_labels(trained.run.data, all);
  Labels unseen = learnt.empty() ? Labels() : others(normal);
  std::erase_if(unseen, [&](std::uint8_t label) { return is_among(learnt, label); });
  return all.with_labels(unseen);
}

void add_anomalies(ExamplesToScore& examples, const Dataset& anomalies) {
  if (anomalies.size() == 0) return;
  examples.description +=
      fmt::format(" and {} {} of the training split, which it was not trained on",
                  thousands(anomalies.size()), anomalies.size() == 1 ? "anomaly" : "anomalies");
  examples.parts.push_back(anomalies);
}

/// What the run held out, and the anomalies of its training split.
ExamplesToScore held_out_examples(const DetectionDataOptions& options, const TrainedModel& trained,
                                  const Labels& normal, const TrainingData& training) {
  if (training.validation.size() == 0 || normal.empty() || !options.data.empty())
    throw ConfigError(
        "--held-out scores what the run held out: it needs a run with --hold-out, known normal "
        "labels, and no --data");
  const auto [validation, measured_on] = load_validation_set(trained.run, training);
  ExamplesToScore examples{{validation}, measured_on.on(), measured_on};
  if (!measured_on.has_changed()) add_anomalies(examples, anomalies_of_training(trained, normal));
  return examples;
}

/// --data, or else the run's own test set with all its labels.
ExamplesToScore evaluation_examples(const DetectionDataOptions& options,
                                    const TrainedModel& trained, const Labels& normal,
                                    const TrainingData& training) {
  const EvaluationSet set = options.data.empty()
                                ? load_evaluation_set_of_all_labels(trained, training)
                                : load_evaluation_set(trained, options.data, training);
  ExamplesToScore examples{{set.data}, set.measured_on.on_examples(), set.measured_on};
  // A table is small, and has no test split of its own: none of its anomalies is wasted.
  const bool table = training.train.is_table() && training.train.has_labels();
  if (options.data.empty() && table && !normal.empty() && set.measured_on.is_test())
    add_anomalies(examples, anomalies_of_training(trained, normal));
  return examples;
}

}  // namespace

std::size_t ExamplesToScore::size() const {
  std::size_t sum = 0;
  for (const Dataset& part : parts) sum += part.size();
  return sum;
}

ExamplesToScore::Location ExamplesToScore::locate(std::size_t place) const {
  std::size_t part = 0;
  while (place >= parts[part].size()) place -= parts[part++].size();
  return {parts[part], place};
}

Tensor ExamplesToScore::rows_at(const std::vector<std::size_t>& places) const {
  Tensor rows = filled({places.size(), parts[0].features()});
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto [data, place] = locate(places[i]);
    data.read_example(place, rows.data() + i * rows.shape()[1]);
  }
  return rows;
}

std::vector<std::string> DetectionData::normal_names() const {
  std::vector<std::string> names;
  names.reserve(normal.size());
  for (std::uint8_t label : normal) names.push_back(scored.parts[0].label_name(label));
  return names;
}

std::vector<bool> DetectionData::anomalous() const {
  std::vector<bool> anomalous;
  if (normal.empty()) return anomalous;
  for (const Dataset& part : scored.parts)
    for (std::uint8_t label : part.labels(0, part.size()))
      anomalous.push_back(!is_among(normal, label));
  const auto count = std::count(anomalous.begin(), anomalous.end(), true);
  if (count == 0 || static_cast<std::size_t>(count) == anomalous.size()) return {};
  return anomalous;
}

DetectionData load_detection_data(const DetectionDataOptions& options,
                                  const TrainedModel& trained) {
  const TrainingData training = training_data_for("detect", trained);
  const Labels normal = normal_labels(options, trained, training.train);
  const Dataset train = normal_of(training.train, normal),
                held_out = normal_of(training.validation, normal);
  const bool was_held_out = held_out.size() > 0;
  return {.normal = normal,
          .train = train,
          .validation = was_held_out ? held_out : train,
          .validation_was_held_out = was_held_out,
          .scored = options.held_out ? held_out_examples(options, trained, normal, training)
                                     : evaluation_examples(options, trained, normal, training)};
}

}}  // namespace hourglass
