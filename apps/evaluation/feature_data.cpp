#include "apps/evaluation/feature_data.hpp"

#include <fmt/format.h>

#include "apps/evaluation/training_data.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/catalog/description.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

std::vector<double> targets_in(const Dataset& data) {
  std::vector<double> targets;
  targets.reserve(data.size());
  for (std::size_t i = 0; i < data.size(); ++i) targets.push_back(data.target(i));
  return targets;
}

/// The table's own target, if it has one; slant and stroke width of grey pictures.
std::vector<Target> targets_of(const Dataset& train, const Dataset& test) {
  if (!train.has_targets() || !test.has_targets()) return stroke_targets(train, test);
  return {{.name = "target", .unit = "", .train = targets_in(train), .test = targets_in(test)}};
}

ProbeTask task_of(const Dataset& train, const Dataset& test) {
  ProbeTask task{.targets = targets_of(train, test)};
  if (train.has_targets() && !train.has_labels()) return task;
  task.train_labels = all_labels(train);
  task.test_labels = all_labels(test);
  return task;
}

/// The examples to measure on: never those that are learnt from.
EvaluationSet evaluation_set_of(const TrainedModel& trained, const TrainingData& training,
                                const std::string& description, bool held_out) {
  if (!description.empty()) return load_evaluation_set(trained, description, training, Split::test);
  EvaluationSet set = held_out ? load_validation_set(trained.run, training)
                               : load_evaluation_set(trained.run, training, trained.run.scale);
  if (set.measured_on.has_changed())
    throw ConfigError(fmt::format(
        "features measures on examples that the run did not learn from, and {} has changed since: "
        "name others by --data, or train again",
        trained.run.data));
  if (!set.measured_on.is_test() && !set.measured_on.is_validation())
    throw ConfigError(
        fmt::format("features measures on examples that nothing is learnt from, and {} leaves "
                    "none: name others by --data, or train with a test split or with --hold-out",
                    trained.run.data));
  return set;
}

void check_options(const TrainingData& training, const std::string& description, bool held_out) {
  if (parse_description(description).split)
    throw ConfigError(
        "--data: features learns from the training split and measures on the test split: leave out "
        "the @ and what follows it");
  if (held_out && (training.validation.size() == 0 || !description.empty()))
    throw ConfigError("--held-out: the run was trained without --hold-out, or --data is given");
}

}  // namespace

std::vector<std::uint32_t> FeatureData::choose(std::size_t count, const Rng& rng) const {
  if (task.has_classes()) return choose_labeled(task.train_labels, count, rng);
  return choose_labeled(std::vector<std::uint8_t>(train.size()), count, rng);
}

FeatureData load_feature_data(const TrainedModel& trained, const std::string& description,
                              bool held_out) {
  const TrainingData training = training_data_for("features", trained);
  check_options(training, description, held_out);
  // In a drawn order, since the last ones are used to choose penalties.
  const Dataset own =
      is_mixed(trained.run, training) ? training.train : in_drawn_order(training.train, 1);
  const Dataset train =
      description.empty() ? own : load_data_for(trained, description, Split::train, Split::train);
  const auto [test, measured_on] = evaluation_set_of(trained, training, description, held_out);
  return {.train = train, .test = test, .measured_on = measured_on, .task = task_of(train, test)};
}

}}  // namespace hourglass
