#include "hourglass/models/statistics/classification.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <vector>

#include "apps/command.hpp"
#include "apps/commands/commands.hpp"
#include "apps/evaluation/figure_text.hpp"
#include "apps/evaluation/training_data.hpp"
#include "apps/reports/features_report.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/catalog/description.hpp"
#include "hourglass/models/core/codes.hpp"
#include "hourglass/models/statistics/pca.hpp"
#include "hourglass/models/statistics/ridge.hpp"
#include "hourglass/models/statistics/strokes.hpp"
#include "hourglass/nn/files/atomic_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr std::size_t neighbours = 5;

struct Options : CommonOptions {
  std::string run, data, report, command_line;
  std::vector<std::size_t> labels_used = {};
  std::size_t draws = 1;
  std::optional<std::size_t> pca;
  bool held_out = false;
};

/// What is learnt from and judged on: classes where there are labels, and numbers, a table's own
/// target or what can be measured on a picture.
struct Examples {
  Dataset train, test;
  MeasuredOn measured_on;
  std::vector<std::uint8_t> train_labels, test_labels;
  std::vector<Target> targets;

  bool has_classes() const { return !train_labels.empty(); }
};

/// The table's own, where it has one; slant and stroke width of grey pictures.
std::vector<Target> targets_of(const Dataset& train, const Dataset& test) {
  if (!train.has_targets() || !test.has_targets()) return stroke_targets(train, test);
  Target target{"target", "", {}, {}};
  for (std::size_t i = 0; i < train.size(); ++i) target.train.push_back(train.target(i));
  for (std::size_t i = 0; i < test.size(); ++i) target.test.push_back(test.target(i));
  return {target};
}

/// Which `count` of the training examples are learnt from.
std::vector<std::uint32_t> choose(const Examples& examples, std::size_t count, const Rng& rng) {
  if (examples.has_classes()) return choose_labelled(examples.train_labels, count, rng);
  return choose_labelled(std::vector<std::uint8_t>(examples.train.size()), count, rng);
}

/// The examples that are judged: never those that are learnt from.
EvaluationSet judged_examples(const Options& options, const TrainedModel& trained,
                              const TrainingData& training) {
  if (options.held_out)
    return {training.validation, MeasuredOn::validation(training.validation, training.train)};
  if (!options.data.empty())
    return load_evaluation_set(trained, options.data, training, Split::test);
  EvaluationSet set = load_evaluation_set(trained.run, training, trained.run.scale);
  if (!set.measured_on.is_test() && !set.measured_on.is_validation())
    throw ConfigError(
        fmt::format("features judges on examples that nothing is learnt from, and {} leaves none: "
                    "name others by --data, or train with a test split or with --hold-out",
                    trained.run.data));
  return set;
}

Examples load_examples(const Options& options, const TrainedModel& trained) {
  if (parse_description(options.data).split)
    throw ConfigError(
        "--data: features learns from the training split and judges on the test split: leave the @ "
        "and what follows it out");
  const TrainingData training = training_data_for("features", trained);
  if (options.held_out && (training.validation.size() == 0 || !options.data.empty()))
    throw ConfigError("--held-out: the run was trained without --hold-out, or --data is given");
  // In a drawn order, since the last of them choose penalties.
  const Dataset own =
      is_mixed(trained.run, training) ? training.train : in_drawn_order(training.train, 1);
  const Dataset train =
      options.data.empty() ? own : load_data_for(trained, options.data, Split::train, Split::train);
  const auto [test, measured_on] = judged_examples(options, trained, training);
  std::vector<Target> targets = targets_of(train, test);
  const bool numbers_only = train.has_targets() && !train.has_labels();
  if (numbers_only) return {train, test, measured_on, {}, {}, std::move(targets)};
  return {train, test, measured_on, all_labels(train), all_labels(test), std::move(targets)};
}

/// One kind of features of all examples.
struct Kind {
  std::string name, prefix;  ///< for people, and of its names in the JSON
  Tensor train, test;
};

/// Figures by their names in the JSON.
using Results = std::map<std::string, double>;

Tensor pick_rows(const Tensor& rows, const std::vector<std::uint32_t>& chosen) {
  Tensor some = filled({chosen.size(), rows.shape()[1]});
  for (std::size_t i = 0; i < chosen.size(); ++i)
    std::copy_n(rows.data() + chosen[i] * rows.shape()[1], rows.shape()[1],
                some.data() + i * rows.shape()[1]);
  return some;
}

/// Everything learnt from the training rows `chosen`, judged on all test rows.
Results learn(const Examples& examples, const Kind& kind, const std::vector<std::uint32_t>& chosen,
              const Rng& rng) {
  LabelledRows known{pick_rows(kind.train, chosen), {}};
  Results results;
  for (const Target& target : examples.targets) {
    std::vector<double> y;
    for (std::uint32_t i : chosen) y.push_back(target.train[i]);
    const RidgeResult ridge = ridge_regression(known.rows, y, kind.test, target.test);
    results["ridge_" + target.name + "_r2"] = ridge.r2;
    results["ridge_" + target.name + "_rmse"] = ridge.rmse;
  }
  if (!examples.has_classes()) return results;
  for (std::uint32_t i : chosen) known.labels.push_back(examples.train_labels[i]);
  const LabelledRows judged{kind.test, examples.test_labels};
  results["knn_accuracy"] = knn_accuracy(known, judged, neighbours);
  const LogisticResult logistic = logistic_regression(std::move(known), judged, rng);
  results["linear_accuracy"] = logistic.accuracy;
  results["linear_penalty"] = logistic.penalty;
  results["best_accuracy"] = std::max(logistic.accuracy, results["knn_accuracy"]);
  return results;
}

/// Without --labels-used all examples have labels, and there is nothing to draw.
std::size_t draws_of(const Options& options) {
  return options.labels_used.empty() ? 1 : options.draws;
}

Results mean_and_deviation(const std::vector<Results>& draws) {
  const auto count = static_cast<double>(draws.size());
  Results results;
  for (const auto& [name, first] : draws[0]) {
    double mean = 0, squares = 0;
    for (const Results& draw : draws) mean += draw.at(name) / count;
    for (const Results& draw : draws) squares += std::pow(draw.at(name) - mean, 2);
    results[name] = mean;
    if (draws.size() > 1) results[name + "_std"] = std::sqrt(squares / (count - 1));
  }
  return results;
}

/// The same as a mean over several draws of which `used` examples have labels, and beside each
/// figure the standard deviation over the draws, as NAME_std.
Results learn_with(const Options& options, const Examples& examples, const Kind& kind,
                   std::size_t used) {
  const bool all = used == examples.train.size() && options.labels_used.empty();
  const std::size_t draws = all ? 1 : draws_of(options);
  std::vector<Results> each;
  for (std::size_t draw = 0; draw < draws; ++draw) {
    std::vector<std::uint32_t> chosen(examples.train.size());
    std::iota(chosen.begin(), chosen.end(), 0u);
    const Rng rng = draw == 0 ? options.rng() : options.rng().fork(100 + draw);
    if (!all) chosen = choose(examples, used, rng.fork(0));
    each.push_back(learn(examples, kind, chosen, rng.fork(1)));
  }
  return mean_and_deviation(each);
}

std::vector<Kind> kinds_of_features(const Options& options, Autoencoder& model,
                                    const Examples& examples) {
  const std::size_t size = model.latent(), components = options.pca.value_or(size);
  std::vector<Kind> kinds;
  kinds.push_back({fmt::format("{} numbers of code", size), "", encode_all(model, examples.train),
                   encode_all(model, examples.test)});
  kinds.push_back({examples.train.is_table() ? "raw columns" : "raw pixels", "pixel_",
                   pixels(examples.train), pixels(examples.test)});
  if (components <= examples.train.features()) {
    const Pca pca = fit_pca(examples.train, components);
    Kind projected = {fmt::format("PCA-{}", components), "pca_", project(pca, kinds.back().train),
                      project(pca, kinds.back().test)};
    kinds.insert(kinds.begin() + 1, std::move(projected));
  }
  return kinds;
}

std::vector<FeatureColumn> columns_of(const Examples& examples) {
  std::vector<FeatureColumn> columns;
  if (examples.has_classes())
    columns = {{"5 neighbours", "knn_accuracy", true}, {"logistic", "linear_accuracy", true}};
  for (const Target& target : examples.targets) {
    const std::string name = target.name == "stroke_width" ? "stroke width" : target.name;
    columns.push_back({"R² " + name, "ridge_" + target.name + "_r2", false});
    if (name == "target") columns.push_back({"RMSE", "ridge_target_rmse", false});
  }
  return columns;
}

FeatureComparison compare(const Options& options, const Examples& examples,
                          const std::vector<Kind>& kinds, std::size_t used) {
  FeatureComparison comparison{used, {}};
  for (const Kind& kind : kinds)
    comparison.rows.push_back({kind.name, learn_with(options, examples, kind, used)});
  return comparison;
}

nlohmann::ordered_json to_json(const FeatureComparison& comparison,
                               const std::vector<Kind>& kinds) {
  nlohmann::ordered_json json = {{"labels_used", comparison.labels_used}};
  double others = 0;
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    const Results& results = comparison.rows[k].figures;
    for (const auto& [name, value] : results) json[kinds[k].prefix + name] = value;
    if (!kinds[k].prefix.empty() && results.contains("best_accuracy"))
      others = std::max(others, results.at("best_accuracy"));
  }
  if (json.contains("best_accuracy")) json["margin"] = json["best_accuracy"].get<double>() - others;
  return json;
}

/// Where what the code knows of classes is less than what PCA or the data themselves say.
std::vector<std::string> losses_to_baselines(const std::vector<FeatureComparison>& comparisons,
                                             const std::vector<Kind>& kinds) {
  std::vector<std::string> warnings;
  for (const FeatureComparison& comparison : comparisons) {
    const Results& ours = comparison.rows[0].figures;
    if (!ours.contains("best_accuracy")) continue;
    for (std::size_t k = 1; k < kinds.size(); ++k) {
      const double other = comparison.rows[k].figures.at("best_accuracy");
      if (ours.at("best_accuracy") >= other) continue;
      warnings.push_back(fmt::format(
          "with {} labels the code loses to {}: the better of both classifiers is right in {}, on "
          "{} in {}. More epochs, another code size or a model that is trained for its code "
          "(denoising, winner-take-all, stacked) would help.",
          thousands(comparison.labels_used), kinds[k].name, percent(ours.at("best_accuracy")),
          kinds[k].name, percent(other)));
    }
  }
  return warnings;
}

/// A heading, and under it a row for each kind of features.
std::string to_table(const FeatureComparison& comparison,
                     const std::vector<FeatureColumn>& columns) {
  const auto right = [](const std::string& text) { return fmt::format("{:>17}", text); };
  std::string table = fmt::format("{:<24}", thousands(comparison.labels_used) + " labels");
  for (const FeatureColumn& column : columns) table += right(column.heading);
  for (const auto& [kind, figures] : comparison.rows) {
    table += fmt::format("\n{:<24}", kind);
    for (const FeatureColumn& column : columns) table += right(column.text(figures));
  }
  return table;
}

/// The first half of them the first test examples, the others the first that are put into a wrong
/// class.
std::vector<std::uint32_t> worth_showing(const std::vector<std::uint8_t>& classes,
                                         const std::vector<std::uint8_t>& labels) {
  constexpr std::size_t count = 12;
  std::vector<std::uint32_t> shown;
  for (std::uint32_t i = 0; i < std::min(count / 2, labels.size()); ++i) shown.push_back(i);
  for (std::size_t i = shown.size(); i < labels.size() && shown.size() < count; ++i)
    if (classes[i] != labels[i]) shown.push_back(static_cast<std::uint32_t>(i));
  return shown;
}

/// Logistic regression on the codes with `used` labels, as `learn` trains it, and the neighbours.
Readout read_out(const Options& options, const Examples& examples, const Kind& codes,
                 std::size_t used) {
  std::vector<std::uint32_t> chosen(examples.train.size());
  std::iota(chosen.begin(), chosen.end(), 0u);
  if (!options.labels_used.empty()) chosen = choose(examples, used, options.rng().fork(0));
  LabelledRows known{pick_rows(codes.train, chosen), {}};
  for (std::uint32_t i : chosen) known.labels.push_back(examples.train_labels[i]);
  Readout readout{"logistic regression", used, {}, {}, {}};
  readout.classes =
      logistic_regression(known, {codes.test, examples.test_labels}, options.rng().fork(1)).classes;
  readout.shown = worth_showing(readout.classes, examples.test_labels);
  readout.nearest =
      nearest_neighbours(known.rows, pick_rows(codes.test, readout.shown), neighbours);
  for (auto& rows : readout.nearest)
    for (std::uint32_t& row : rows) row = chosen[row];  // its place among all training examples
  return readout;
}

void compare_features(const Options& options) {
  using Clock = std::chrono::steady_clock;
  const auto started = Clock::now();
  options.apply();
  check_report(options.report);
  const TrainedModel trained = load_model(options.run);
  const Examples examples = load_examples(options, trained);
  for (std::size_t used : options.labels_used)
    choose(examples, used, options.rng());  // said before any work is done
  const std::vector<Kind> kinds = kinds_of_features(options, *trained.model, examples);
  std::vector<std::size_t> counts = options.labels_used;
  if (counts.empty()) counts = {examples.train.size()};
  std::string table;
  const std::vector<FeatureColumn> columns = columns_of(examples);
  std::vector<FeatureComparison> comparisons;
  std::vector<nlohmann::ordered_json> results;
  for (std::size_t used : counts) {
    comparisons.push_back(compare(options, examples, kinds, used));
    table += "\n\n" + to_table(comparisons.back(), columns);
    results.push_back(to_json(comparisons.back(), kinds));
  }
  for (const nlohmann::ordered_json& figures : results)
    expect_finite(figures, examples.test.name());
  const std::vector<std::string> warnings = losses_to_baselines(comparisons, kinds);
  if (!options.report.empty()) {
    FeaturesPage page{trained.run.model,
                      examples.train,
                      examples.test,
                      examples.measured_on,
                      columns,
                      comparisons,
                      {},
                      options.command_line,
                      draws_of(options),
                      warnings};
    if (examples.has_classes())
      page.readout =
          read_out(options, examples, kinds[0], *std::max_element(counts.begin(), counts.end()));
    write_atomically(options.report, features_report(page));
  }

  nlohmann::ordered_json json = {{"k", neighbours},
                                 {"code_size", trained.model->latent()},
                                 {"examples", examples.test.size()},
                                 {"measured_on", examples.measured_on.to_json()},
                                 {"draws", draws_of(options)}};
  json.update(results.front());
  if (results.size() > 1) json["by_labels"] = results;
  json["warnings"] = warnings;
  json["seconds"] = std::chrono::duration<double>(Clock::now() - started).count();
  if (draws_of(options) > 1)
    table +=
        fmt::format("\n\nmeans ± standard deviations over {} draws of which examples have labels",
                    draws_of(options));
  options.print(
      fmt::format("{}, judged {}{}", trained.run.model, examples.measured_on.on_examples(), table));
  options.warn(warnings);
  options.write_json(json);
}

}  // namespace

void add_features_command(CLI::App& app, const std::string& command_line) {
  auto options = std::make_shared<Options>();
  options->command_line = command_line;
  CLI::App* command = app.add_subcommand(
      "features", "what simple learners make of the codes, beside PCA and raw pixels");
  command->add_option("run", options->run, "a training run's folder, or its model.safetensors")
      ->required()
      ->type_name("RUN");
  command->add_option("--data", options->data,
                      "other data than the run's own: labelled, learnt from its training split, "
                      "judged on its test split");
  command
      ->add_option("--labels-used", options->labels_used,
                   "use only N labels, of each class as many, drawn by --seed; several numbers, "
                   "10,100,1000, make a table each")
      ->check(positive)
      ->delimiter(',')
      ->type_name("N");
  command
      ->add_option("--draws", options->draws,
                   "means over so many draws of which examples have labels; 1 unless given")
      ->check(CLI::Range(1, 1000))
      ->type_name("N");
  command
      ->add_option("--pca", options->pca,
                   "components of the PCA beside it; as many as the code has numbers unless given")
      ->check(CLI::Range(1, 1'000'000))
      ->type_name("K");
  options
      ->add_output(*command, "--report", options->report,
                   "write a page of the figures, of what is taken for what, and of the training "
                   "pictures whose codes are nearest")
      ->type_name("FILE.html");
  command->add_flag("--held-out", options->held_out,
                    "judge on the training examples that the run held out, not on the test set");
  options->add_to(*command, "hourglass features runs/first --labels-used 100 --json -");
  command->callback([options] { compare_features(*options); });
}

}}  // namespace hourglass
