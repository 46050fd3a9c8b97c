#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <optional>
#include <set>

#include "apps/command.hpp"
#include "apps/commands/commands.hpp"
#include "apps/evaluation/figure_text.hpp"
#include "apps/evaluation/training_data.hpp"
#include "apps/reports/detect_figures.hpp"
#include "apps/reports/detect_report.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "hourglass/models/applications/anomaly.hpp"
#include "hourglass/models/core/evaluation.hpp"
#include "hourglass/models/statistics/ranking.hpp"
#include "hourglass/nn/files/atomic_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

using Labels = std::vector<std::uint8_t>;

struct Options : CommonOptions {
  std::string run, data, out, picture, report, command_line, score = "combined";
  std::vector<std::string> normal;
  double reject = 0.05;
  std::optional<std::size_t> pca;
  bool held_out = false;
};

bool is_among(const Labels& labels, std::uint8_t label) {
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

/// Refuses labels of which the training examples have none: nothing normal would be learnt from.
void expect_labels(const Labels& labels, const Dataset& train) {
  if (!train.has_labels())
    throw ConfigError(fmt::format("--normal: {} has no labels", train.name()));
  const Labels own = train.labels(0, train.size());
  const std::set<std::uint8_t> known(own.begin(), own.end());
  std::vector<std::string> names;
  for (std::uint8_t label : known) names.push_back(train.label_name(label));
  for (std::uint8_t label : labels)
    if (!known.contains(label))
      throw ConfigError(
          fmt::format("--normal: of label {} there are no training examples to say what is normal; "
                      "they have {}",
                      train.label_name(label), fmt::join(names, ", ")));
}

/// What is normal: --normal, or else the labels that the run was trained on; none if nobody says.
Labels normal_labels(const Options& options, const TrainedModel& trained, const Dataset& data) {
  if (options.normal.empty()) return kept_labels(trained.run.data, data);
  Labels labels;
  for (const std::string& text : options.normal)
    labels.push_back(label_number(
        text, data.is_table() ? data.table().label_names : std::vector<std::string>()));
  expect_labels(labels, data);
  return labels;
}

/// Examples that are judged, and those that say what is normal.
struct Examples {
  Labels normal;              ///< none: not known
  Dataset train, validation;  ///< normal ones
  bool own_validation;        ///< whether the run held examples out to validate on
  std::vector<Dataset> judged;
  std::string words;  ///< what these are: "on the test set"
  nlohmann::ordered_json measured_on;

  std::size_t size() const {
    std::size_t sum = 0;
    for (const Dataset& part : judged) sum += part.size();
    return sum;
  }
};

Dataset normal_of(const Dataset& data, const Labels& normal) {
  return normal.empty() || !data.has_labels() ? data : data.with_labels(normal);
}

/// All labels of the data but these.
Labels others(const Labels& normal) {
  Labels labels;
  for (unsigned label = 0; label < 256; ++label)
    if (!is_among(normal, static_cast<std::uint8_t>(label)))
      labels.push_back(static_cast<std::uint8_t>(label));
  return labels;
}

/// The anomalies among the data that a run was trained on: it never saw them.
Dataset anomalies_of_training(const TrainedModel& trained, const Labels& normal) {
  return load_dataset(without_filters(trained.run.data), Split::train, trained.run.scale)
      .with_labels(others(normal));
}

std::string and_anomalies(const Dataset& anomalies) {
  return fmt::format(" and {} anomalies of the training split, which it was not trained on",
                     thousands(anomalies.size()));
}

Examples load_examples(const Options& options, const TrainedModel& trained) {
  const TrainingData own = training_data_for("detect", trained);
  const Labels normal = normal_labels(options, trained, own.train);
  const Dataset train = normal_of(own.train, normal),
                validation = normal_of(own.validation, normal);
  const bool validated = validation.size() > 0;
  Examples examples{normal, train, validated ? validation : train, validated, {}, "", {}};
  if (options.held_out) {
    if (!validated || normal.empty() || !options.data.empty())
      throw ConfigError(
          "--held-out judges on what the run held out: it wants a run with --hold-out, known "
          "normal labels, and no --data");
    examples.judged = {validation, anomalies_of_training(trained, normal)};
    const MeasuredOn measured_on = MeasuredOn::validation(validation, own.train);
    examples.words = measured_on.on() + and_anomalies(examples.judged.back());
    examples.measured_on = measured_on.to_json();
    return examples;
  }
  const EvaluationSet set = options.data.empty() ? load_evaluation_set_of_all_labels(trained, own)
                                                 : load_evaluation_set(trained, options.data, own);
  examples.judged = {set.data};
  examples.words = set.measured_on.on_examples();
  examples.measured_on = set.measured_on.to_json();
  // A table is small, and has no test split of its own: none of its anomalies is wasted.
  if (options.data.empty() && own.train.is_table() && own.train.has_labels() && !normal.empty() &&
      set.measured_on.is_test())
    if (const Dataset more = anomalies_of_training(trained, normal); more.size() > 0) {
      examples.judged.push_back(more);
      examples.words += and_anomalies(more);
    }
  return examples;
}

Labels labels_of(const Examples& examples) {
  Labels labels;
  for (const Dataset& part : examples.judged) {
    const Labels own = part.labels(0, part.size());
    labels.insert(labels.end(), own.begin(), own.end());
  }
  return labels;
}

/// Which examples are anomalies; empty where nobody knows.
std::vector<bool> anomalies_of(const Examples& examples) {
  const Labels labels = labels_of(examples);
  if (examples.normal.empty() || labels.empty()) return {};
  std::vector<bool> anomalous;
  for (std::uint8_t label : labels) anomalous.push_back(!is_among(examples.normal, label));
  const auto count = std::count(anomalous.begin(), anomalous.end(), true);
  if (count == 0 || static_cast<std::size_t>(count) == anomalous.size()) return {};
  return anomalous;
}

Scores score_all(const AnomalyDetector& detector, const Examples& examples) {
  Scores scores = detector.score(examples.judged[0]);
  for (std::size_t part = 1; part < examples.judged.size(); ++part) {
    const Scores more = detector.score(examples.judged[part]);
    for (std::size_t s = 0; s < scores.columns.size(); ++s)
      scores.columns[s].insert(scores.columns[s].end(), more.columns[s].begin(),
                               more.columns[s].end());
  }
  return scores;
}

/// As many as the code has numbers; half of the columns where those would leave no residual.
std::size_t fair_components(std::size_t latent, std::size_t features) {
  return latent < features ? latent : (features + 1) / 2;
}

/// PCA's residuals, of the examples that are judged and of those that choose the threshold.
struct Baseline {
  std::size_t components;
  std::vector<double> judged, validation;
};

Baseline baseline_of(const Examples& examples, std::size_t components) {
  Baseline baseline{components, {}, pca_residuals(examples.train, examples.validation, components)};
  for (const Dataset& part : examples.judged) {
    const std::vector<double> own = pca_residuals(examples.train, part, components);
    baseline.judged.insert(baseline.judged.end(), own.begin(), own.end());
  }
  return baseline;
}

/// A line an example: its row in the file that it is from, its label where there is one, whether it
/// is flagged, its scores.
std::string to_csv(const Examples& examples, const Scores& scores, const std::string& chosen,
                   double threshold) {
  const bool labelled = examples.judged[0].has_labels();
  std::string text =
      fmt::format("row,{}flagged,{}\n", labelled ? "label," : "", fmt::join(scores.names, ","));
  const std::vector<double>& deciding = scores.named(chosen);
  std::size_t at = 0;
  for (const Dataset& part : examples.judged)
    for (std::size_t i = 0; i < part.size(); ++i, ++at) {
      text += fmt::format("{},", part.row(i));
      if (labelled) text += fmt::format("{},", part.label(i));
      text += deciding[at] > threshold ? "1" : "0";
      for (const auto& column : scores.columns) text += fmt::format(",{:.6g}", column[at]);
      text += "\n";
    }
  return text;
}

/// Refused before any of the work.
void check_outputs(const Options& options, const Shape& shape) {
  if (!options.picture.empty() && !is_picture(shape))
    throw ConfigError("--picture: rows of a table are no pictures");
  check_report(options.report);
}

std::vector<std::string> names_of(const Labels& labels, const Dataset& data) {
  std::vector<std::string> names;
  for (std::uint8_t label : labels) names.push_back(data.label_name(label));
  return names;
}

double mean_of(const std::vector<double>& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0) / static_cast<double>(numbers.size());
}

constexpr const char* not_held_out =
    "The run held no examples out (train --hold-out N): thresholds are chosen on the examples that "
    "it\nlearnt from, so expect more false alarms than asked for.";

std::string report_of(const Options& options, const TrainedModel& trained, const Examples& examples,
                      const std::vector<bool>& anomalous, const Scores& scores,
                      const Baseline& baseline, const nlohmann::ordered_json& json) {
  Detection detection{trained.run.model,
                      *trained.model,
                      examples.judged,
                      anomalous,
                      names_of(examples.normal, examples.judged[0]),
                      options.score,
                      scores.named(options.score),
                      baseline.judged,
                      baseline.components,
                      json.at("scores").at(options.score),
                      json.at("pca"),
                      json.at("scores"),
                      options.reject,
                      {},
                      options.command_line};
  detection.words = examples.words;
  detection.warnings = json.at("warnings");
  if (!examples.own_validation) detection.warnings.push_back(not_held_out);
  if (examples.own_validation) detection.threshold_note = threshold_note(json);
  return detection_report(detection);
}

void detect(const Options& options) {
  options.apply();
  const TrainedModel trained = load_model(options.run);
  const Examples examples = load_examples(options, trained);
  const std::vector<bool> anomalous = anomalies_of(examples);
  check_outputs(options, examples.train.example_shape());
  const AnomalyDetector detector(*trained.model, examples.train, examples.validation,
                                 options.rng().fork(0));
  const Scores scores = score_all(detector, examples);
  scores.named(options.score);  // refused before any of the work below
  const auto judge = [&](const std::vector<double>& of, const std::vector<double>& validation) {
    return detection_figures(of, anomalous, validation, options.reject, options.rng().fork(1));
  };

  nlohmann::ordered_json by_name;
  for (const std::string& name : scores.names)
    by_name[name] = judge(scores.named(name), detector.validation_scores().named(name));
  const Baseline baseline = baseline_of(
      examples,
      options.pca.value_or(fair_components(trained.model->latent(), examples.train.features())));
  const auto pca = judge(baseline.judged, baseline.validation);

  nlohmann::ordered_json json = {{"score", options.score}};
  json.update(by_name[options.score]);
  json["reject"] = options.reject;
  json["scores"] = by_name;
  json["pca"] = pca;
  json["pca_components"] = baseline.components;
  json["examples"] = examples.size();
  json["normal"] = examples.normal;
  json["anomalies"] = std::count(anomalous.begin(), anomalous.end(), true);
  json["validation_examples"] = examples.validation.size();
  json["validation_was_held_out"] = examples.own_validation;
  if (!anomalous.empty())
    json["normal_examples"] = std::count(anomalous.begin(), anomalous.end(), false);
  const ConfidenceInterval expected =
      expected_false_alarms(examples.validation.size(), options.reject);
  if (examples.own_validation)
    json["expected_false_alarm_interval"] = {expected.low, expected.high};
  const std::vector<std::string> warnings =
      losses_to_pca(json, {mean_of(detector.validation_scores().named("squared")),
                           mean_of(baseline.validation), trained.model->latent()});
  json["warnings"] = warnings;
  expect_finite(json, examples.judged[0].name());

  json["measured_on"] = examples.measured_on;

  std::string table =
      fmt::format("{}, judged {}\n\n{:<14}", trained.run.model, examples.words, "score");
  if (!anomalous.empty())
    table +=
        fmt::format("{:>9}{:>12}{:>11}{:>11}", "ROC AUC", "avg. prec.", "false al.", "detected");
  table += fmt::format("{:>12}{:>9}", "threshold", "flagged");
  for (const std::string& name : scores.names) table += detection_row(name, by_name[name]);
  table += detection_row(fmt::format("PCA-{}", baseline.components), pca);
  table += "\n\n" + (examples.own_validation ? threshold_note(json) : std::string(not_held_out));
  options.print(table);
  if (!options.out.empty())
    write_atomically(options.out, to_csv(examples, scores, options.score,
                                         by_name[options.score].at("threshold")));
  if (!options.picture.empty())
    write_atomically(options.picture, extremes_picture(*trained.model, examples.judged,
                                                       scores.named(options.score)));
  if (!options.report.empty())
    write_atomically(options.report,
                     report_of(options, trained, examples, anomalous, scores, baseline, json));
  options.warn(warnings);
  options.write_json(json);
}

}  // namespace

void add_detect_command(CLI::App& app, const std::string& command_line) {
  auto options = std::make_shared<Options>();
  options->command_line = command_line;
  CLI::App* command =
      app.add_subcommand("detect", "how unlike its normal training examples each example is");
  command->add_option("run", options->run, "a training run's folder, or its model.safetensors")
      ->required()
      ->type_name("RUN");
  command->add_option("--data", options->data,
                      "what to judge; the test split of the run's own data, of all labels, unless "
                      "given");
  command
      ->add_option("--normal", options->normal,
                   "labels that are normal; those that the run was trained on unless given")
      ->delimiter(',')
      ->type_name("LABEL");
  command
      ->add_option("--reject", options->reject,
                   "the share of normal examples that may be called anomalies; 0.05 unless given")
      ->check(CLI::Range(0.0, 1.0))
      ->type_name("RATE");
  command->add_option("--score", options->score, "the score that decides; combined unless given")
      ->type_name("NAME");
  options
      ->add_output(
          *command, "--picture", options->picture,
          "draw the strangest examples and the least strange, and where they are rebuilt badly")
      ->type_name("FILE.png");
  options
      ->add_output(*command, "--report", options->report,
                   "write a page of figures, curves, and what it finds, misses and takes for them")
      ->type_name("FILE.html");
  options->add_output(*command, "--out", options->out, "write every example's scores")
      ->type_name("FILE.csv");
  command
      ->add_option(
          "--pca", options->pca,
          "components of the PCA beside it; unless given as many as the code has numbers, or half "
          "the columns where the code is as wide as they are")
      ->check(CLI::Range(1, 1 << 20))
      ->type_name("K");
  command->add_flag("--held-out", options->held_out,
                    "judge on the normal examples that the run held out and the anomalies of its "
                    "training split, to choose settings by");
  options->add_to(
      *command,
      "hourglass detect runs/threes --data mnist --normal 3 --reject 0.01 --out scores.csv");
  command->callback([options] { detect(*options); });
}

}}  // namespace hourglass
