#include "apps/evaluation/evaluation_set.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "apps/evaluation/words.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/base/random.hpp"
#include "hourglass/datasets/catalog/description.hpp"
#include "hourglass/datasets/fingerprint.hpp"
#include "hourglass/datasets/notices.hpp"
#include "hourglass/nn/training/progress.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// What a run trains on. With a test set from elsewhere, nothing is set aside for testing.
Description trained_description(const RunOptions& run) {
  Description own = parse_description(run.data);
  if (run.test.empty() || own.split || own.test_share || has_test_set(own)) return own;
  if (!is_same_source(own, parse_description(run.test))) own.test_share = 0;
  return own;
}

/// The description, split as the run's data are if it names these and does not say how.
Description divided_as_in_training(Description wanted, const Description& own) {
  const bool made = own.name == "transactions" || own.name == "swiss-roll";
  const bool silent = !wanted.seed && !wanted.test_share && !has_test_set(own);
  if (!silent || !(is_same_source(wanted, own) || (made && wanted.name == own.name))) return wanted;
  wanted.seed = own.seed;
  wanted.test_share = own.test_share;
  return wanted;
}

/// Whether the test split of `wanted` has no rows that were trained on.
bool is_apart(const Description& wanted, const Description& own) {
  return has_same_splits(wanted, own) && own.split.value_or(Split::train) == Split::train;
}

/// Examples, and how they relate to those of the run.
struct Chosen {
  Dataset data;
  bool is_test, own;
  Split split;
};

/// Chooses from the run's own data.
Chosen choose_own(const Description& wanted, const Description& own, const std::string& scale,
                  Split undivided) {
  if (!wanted.split)
    if (std::optional<Dataset> data = load_test_split(wanted, scale))
      return {std::move(*data), is_apart(wanted, own), true, Split::test};
  const Split split = wanted.split.value_or(undivided);
  const bool apart = split == Split::test && is_apart(wanted, own);
  return {load_dataset(wanted, split, scale), apart, true, split};
}

Chosen choose(const RunOptions& run, const std::string& description, const std::string& scale,
              Split undivided) {
  const Description own = trained_description(run);
  const Description wanted = divided_as_in_training(parse_description(description), own);
  if (is_same_source(wanted, own)) return choose_own(wanted, own, scale, undivided);
  LoadedPart part = load_named_part(wanted, scale);
  say_notes(part.data);
  if (undivided != Split::all && part.split == Split::all && !wanted.split)
    return {load_dataset(wanted, undivided, scale), false, false, undivided};
  return {std::move(part.data), false, false, part.split};
}

/// The run's own test set, if it has one.
std::optional<Chosen> choose_test_set(const RunOptions& run, const std::string& scale) {
  if (!run.test.empty()) return choose(run, run.test, scale, Split::all);
  Description own = trained_description(run);
  if (own.split.value_or(Split::train) != Split::train) return {};
  own.split.reset();
  std::optional<Dataset> data = load_test_split(own, scale);
  if (!data) return {};
  return Chosen{std::move(*data), true, true, Split::test};
}

/// Whether the run's data are named by a path that depends on the folder one is in.
bool has_relative_paths(const RunOptions& run) {
  for (const std::string& data : {run.data, run.test})
    for (const auto& file : files_of(data))
      if (file.is_relative()) return true;
  return false;
}

/// The examples that a run was trained on, as far as its files still hold them.
struct Trained {
  const Dataset* examples = nullptr;  ///< null: unknown
  bool changed = false;
};

Trained trained_on(const RunOptions& run, const TrainingData& training) {
  const bool changed = has_changed(run, training);
  if (changed && has_relative_paths(run))
    notice(fmt::format(
        "{} is looked for in the folder that this command is called in, and what is there is not "
        "what the run was trained on: the run may have been trained in another folder",
        run.data));
  return {changed ? nullptr : &training.train, changed};
}

MeasuredOn measured_on(const Chosen& chosen, const Trained& trained) {
  if (chosen.own && trained.changed) return MeasuredOn::changed(chosen.data, chosen.split);
  if (chosen.is_test && trained.examples) return MeasuredOn::test(chosen.data, *trained.examples);
  return MeasuredOn::other(chosen.data, trained.examples, chosen.own, chosen.split);
}

EvaluationSet measured(Chosen chosen, const Trained& trained) {
  const MeasuredOn on = measured_on(chosen, trained);
  return {std::move(chosen.data), on};
}

/// Measures on a test set from elsewhere, which counts as one only if none of it was trained on.
EvaluationSet measured_test_set(Chosen chosen, const Trained& trained) {
  EvaluationSet set = measured(std::move(chosen), trained);
  if (!set.measured_on.may_be_trained_on())
    set.measured_on = MeasuredOn::test(set.data, *trained.examples);
  return set;
}

void check_shape(const TrainedModel& trained, const std::string& wanted, const Dataset& data) {
  const Shape shape(trained.run.example_shape.begin(), trained.run.example_shape.end());
  if (data.example_shape() != shape)
    throw ConfigError(fmt::format("{} has examples of {}, but the model was trained on {} of {}",
                                  wanted, to_text(data.example_shape()), trained.run.data,
                                  to_text(shape)));
  if (!trained.model->takes_missing()) expect_complete(data, "a " + trained.run.model + " model");
}

/// Loads data that nobody named: those of the run. Who has the model's file alone learns what it
/// looked for, and what to name instead.
template <class Load>
auto load_own(const RunOptions& run, const Load& load) try {
  return load();
} catch (const Error& error) {
  throw DataError(fmt::format(
      "{}: these are the run's own data{}; --data names others, or where they are now",
      error.what(),
      has_relative_paths(run) ? ", looked for in the folder that this command is called in" : ""));
}

}  // namespace

void say_notes(const Dataset& data) {
  for (const std::string& note : data.notes()) notice(fmt::format("{}: {}", data.name(), note));
}

TrainingData load_training_data(const RunOptions& run) {
  const Description own = trained_description(run);
  if (!run.last_are_held_out) return load_training(own, run.limit, run.hold_out, run.scale);
  TrainingData data = load_training(own, run.limit, 0, run.scale);
  HeldOut held = hold_out(data.train, run.hold_out);
  return {std::move(held.train), std::move(held.validation), data.split};
}

std::optional<TrainingData> training_data_if_there(const RunOptions& run) try {
  return load_training_data(run);
} catch (const DataError&) {
  return {};
} catch (const ConfigError&) {  // such as a column that no longer exists
  return {};
}

std::string fingerprint_of(const TrainingData& training) {
  return fmt::format("{:016x}", fingerprint_of(training.train) ^ fingerprint_of(training.validation)
                                                                     << 1);
}

bool has_changed(const RunOptions& run, const TrainingData& training) {
  return !run.fingerprint.empty() && run.fingerprint != fingerprint_of(training);
}

EvaluationSet load_evaluation_set(const RunOptions& run, const TrainingData& training,
                                  const std::string& scale) {
  const Trained trained = trained_on(run, training);
  if (std::optional<Chosen> test = choose_test_set(run, scale))
    return measured_test_set(std::move(*test), trained);
  if (training.validation.size() > 0) return load_validation_set(run, training);
  const Dataset& data = training.train;
  return {data,
          trained.changed ? MeasuredOn::changed(data, Split::train) : MeasuredOn::training(data)};
}

EvaluationSet load_validation_set(const RunOptions& run, const TrainingData& training) {
  const Dataset& data = training.validation;
  return {data, has_changed(run, training) ? MeasuredOn::changed(data, Split::train)
                                           : MeasuredOn::validation(data, training.train)};
}

EvaluationSet load_evaluation_set(const TrainedModel& trained, const std::string& description,
                                  Split undivided) {
  const RunOptions& run = trained.run;
  const std::optional<TrainingData> training = training_data_if_there(run);
  if (!training && (description.empty() || description == run.test))
    return load_own(run, [&] {
      if (std::optional<Chosen> test = choose_test_set(run, run.scale))
        return measured(std::move(*test), {});
      return load_evaluation_set(run, load_training_data(run), run.scale);  // says what is missing
    });
  if (training) return load_evaluation_set(trained, description, *training, undivided);
  Chosen chosen = choose(run, description, run.scale, undivided);
  check_shape(trained, description, chosen.data);
  return measured(std::move(chosen), {});
}

EvaluationSet load_evaluation_set(const TrainedModel& trained, const std::string& description,
                                  const TrainingData& training, Split undivided) {
  const RunOptions& run = trained.run;
  if (description.empty() || description == run.test)
    return load_evaluation_set(run, training, run.scale);
  Chosen chosen = choose(run, description, run.scale, undivided);
  check_shape(trained, description, chosen.data);
  return measured(std::move(chosen), trained_on(run, training));
}

EvaluationSet load_evaluation_set_of_all_labels(const TrainedModel& trained,
                                                const TrainingData& training) {
  RunOptions of_all = trained.run;
  of_all.data = without_filters(of_all.data);
  const std::string& scale = trained.run.scale;
  const Trained known = trained_on(trained.run, training);
  if (std::optional<Chosen> test = choose_test_set(of_all, scale))
    return measured_test_set(std::move(*test), known);
  const Description own = trained_description(of_all);
  const Split split = own.split.value_or(Split::all);
  return measured({load_dataset(own, split, scale), false, true, split}, known);
}

Dataset load_data_for(const TrainedModel& trained, const std::string& description, Split split,
                      Split undivided) {
  const RunOptions& run = trained.run;
  if (split == Split::test) return load_evaluation_set(trained, description).data;
  const Description own = trained_description(run);
  const Description wanted =
      divided_as_in_training(parse_description(description.empty() ? run.data : description), own);
  const bool whole = !has_test_set(wanted) && !is_same_source(wanted, own);
  const auto load = [&] { return load_dataset(wanted, whole ? undivided : split, run.scale); };
  const Dataset data = description.empty() ? load_own(run, load) : load();
  if (!is_same_source(wanted, own)) say_notes(data);
  check_shape(trained, wanted.whole, data);
  return data;
}

bool is_mixed(const RunOptions& run, const TrainingData& training) {
  const SplitInfo::Origin origin = training.split.origin;
  if (origin == SplitInfo::Origin::source) return true;
  return origin == SplitInfo::Origin::drawn && parse_description(run.data).split != Split::all;
}

Dataset in_drawn_order(const Dataset& data, std::uint64_t seed) {
  std::vector<std::uint32_t> order(data.size());
  Rng(seed).shuffle(order);
  return data.subset(order);
}

// ---- In words

namespace {

/// What `drawn` splits hold out, and by which seed.
std::string drawn_note(const std::string& name, const SplitInfo& split) {
  std::string part =
      fmt::format("{} of its {}", thousands(split.test), counted(split.examples(), "example"));
  if (split.pictures == 1)
    part = fmt::format("the lower {} of its {}", thousands(split.test),
                       counted(split.examples(), "tile"));
  else if (split.pictures > 1)
    part = fmt::format("the tiles of {} of its {}", thousands(split.test_pictures),
                       counted(split.pictures, "picture"));
  const std::string note = fmt::format("{} has no test set of its own: {} {} held out as one", name,
                                       part, split.test == 1 ? "is" : "are");
  const std::string by = split.pictures == 1 ? "" : fmt::format("seed {}", split.seed);
  if (split.asked) return by.empty() ? note : fmt::format("{} ({})", note, by);
  return fmt::format("{} ({}{}?split=0.2, ?split=none or --test DATA choose otherwise)", note, by,
                     by.empty() ? "" : "; ");
}

std::string why_no_test_set(const RunOptions& run, const TrainingData& training) {
  const std::string& name = training.train.name();
  if (training.split.examples() == 1) return name + " is a single example, without a test set";
  if (training.split.origin == SplitInfo::Origin::none)
    return name + " has no test set of its own, and split=none makes none";
  if (parse_description(run.data).split) return run.data + " leaves no test set";
  return fmt::format("{} keeps no example of the test set", run.data);
}

}  // namespace

std::string split_note(const RunOptions& run, const TrainingData& training,
                       const EvaluationSet& evaluation) {
  using Origin = SplitInfo::Origin;
  const SplitInfo& split = training.split;
  const std::string& name = training.train.name();
  if (!run.test.empty())
    return evaluation.measured_on.is_test()
               ? fmt::format("the test set is {} ({})", run.test,
                             counted(evaluation.data.size(), "example"))
               : fmt::format("{} is not a test set: metrics are measured {}", run.test,
                             evaluation.measured_on.on());
  if (!evaluation.measured_on.is_test())
    return fmt::format("{}: metrics are measured {}", why_no_test_set(run, training),
                       evaluation.measured_on.on());
  if (split.origin == Origin::drawn) return drawn_note(name, split);
  if (split.origin == Origin::folders)
    return fmt::format(
        "{}: its sub-folder train is trained on ({}), its sub-folder test is the test set ({})",
        name, counted(split.train, "example"), counted(split.test, "example"));
  return "";
}

}}  // namespace hourglass
