#include <fmt/format.h>

#include <memory>
#include <numeric>
#include <optional>
#include <utility>

#include "apps/command.hpp"
#include "apps/commands/commands.hpp"
#include "apps/evaluation/metric_text.hpp"
#include "apps/reports/detection_report.hpp"
#include "apps/reports/metric_rows.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "hourglass/models/applications/anomaly.hpp"
#include "hourglass/nn/files/atomic_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

struct Options : CommonOptions {
  std::string run, out, picture, report, command_line, score = "combined";
  DetectionDataOptions data;
  double reject = 0.05;
  std::optional<std::size_t> pca;
};

/// Refuses an impossible picture before any work is done.
void check_picture(const Options& options, const Shape& shape) {
  if (!options.picture.empty() && !is_picture(shape))
    throw ConfigError("--picture: rows of a table are not pictures");
}

/// One column for each score, over all the examples.
Scores score_all(const AnomalyDetector& detector, const std::vector<Dataset>& parts) {
  Scores scores = detector.score(parts[0]);
  for (std::size_t part = 1; part < parts.size(); ++part) {
    const Scores more = detector.score(parts[part]);
    for (std::size_t s = 0; s < scores.columns.size(); ++s)
      scores.columns[s].insert(scores.columns[s].end(), more.columns[s].begin(),
                               more.columns[s].end());
  }
  return scores;
}

/// The residuals of PCA for all the examples that are scored.
std::vector<double> pca_scores(const DetectionData& data, std::size_t components) {
  std::vector<double> scores;
  for (const Dataset& part : data.scored.parts) {
    const std::vector<double> own = pca_residuals(data.train, part, components);
    scores.insert(scores.end(), own.begin(), own.end());
  }
  return scores;
}

double mean_of(const std::vector<double>& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0) / static_cast<double>(numbers.size());
}

Detection detect(const Options& options, const TrainedModel& trained, const DetectionData& data) {
  const AnomalyDetector detector(*trained.model, data.train, data.validation,
                                 options.rng().fork(0));
  Scores scores = score_all(detector, data.scored.parts);
  scores.named(options.score);  // throws before any of the work below
  const std::vector<bool> anomalous = data.anomalous();
  const auto measured = [&](std::string name, std::vector<double> values,
                            const std::vector<double>& validation) {
    DetectionMetrics metrics =
        detection_metrics(values, anomalous, validation, options.reject, options.rng().fork(1));
    return DetectionScore{std::move(name), std::move(values), std::move(metrics)};
  };

  const std::size_t latent = trained.model->latent();
  const std::size_t components = pca_components(latent, data.train.features(), options.pca);
  const Scores& validation = detector.validation_scores();
  const std::vector<double> pca_validation = pca_residuals(data.train, data.validation, components);
  Detection detection{
      .model_name = trained.run.model,
      .latent = latent,
      .data = data,
      .anomalous = anomalous,
      .scores = {},
      .deciding = 0,
      .pca =
          measured(fmt::format("PCA-{}", components), pca_scores(data, components), pca_validation),
      .pca_components = components,
      .reject = options.reject,
      .validation_errors = {mean_of(validation.named("squared")), mean_of(pca_validation)}};
  detection.scores.reserve(scores.names.size());
  for (std::size_t s = 0; s < scores.names.size(); ++s) {
    if (scores.names[s] == options.score) detection.deciding = s;
    detection.scores.push_back(
        measured(scores.names[s], std::move(scores.columns[s]), validation.named(scores.names[s])));
  }
  return detection;
}

void write_outputs(const Options& options, const Detection& detection, Autoencoder& model) {
  if (!options.out.empty()) write_atomically(options.out, to_csv(detection));
  if (!options.picture.empty())
    write_atomically(options.picture, extremes_picture(detection, model));
  if (!options.report.empty())
    write_atomically(options.report, detection_report(detection, model, options.command_line));
}

void run_detect(const Options& options) {
  options.apply();
  const TrainedModel trained = load_model(options.run);
  const DetectionData data = load_detection_data(options.data, trained);
  check_picture(options, data.train.example_shape());
  const Detection detection = detect(options, trained, data);
  const nlohmann::ordered_json json = to_json(detection);
  expect_finite(json, data.scored.parts[0].name());
  options.print(to_table(detection));
  write_outputs(options, detection, *trained.model);
  options.warn(warnings_of(detection));
  options.write_json(json);
}

}  // namespace

void add_detect_command(CLI::App& app, const std::string& command_line) {
  auto options = std::make_shared<Options>();
  options->command_line = command_line;
  CLI::App* command =
      app.add_subcommand("detect", "how unlike its normal training examples each example is");
  add_run_option(*command, options->run);
  add_data_option(*command, options->data.data,
                  "what to score; the test split of the run's own data, of all labels, unless "
                  "given");
  command
      ->add_option("--normal", options->data.normal,
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
  options->add_output(
      *command, "--picture", options->picture,
      "draw the most and the least anomalous examples, and where their reconstruction fails",
      ".png");
  options->add_report(*command, options->report,
                      "write a page of metrics and curves, with examples of what it finds, misses "
                      "and flags by mistake");
  options->add_output(*command, "--out", options->out, "write every example's scores", ".csv");
  command
      ->add_option(
          "--pca", options->pca,
          "components of the PCA beside it; unless given as many as the latent dimensions, or half "
          "the columns where the code is as wide as they are")
      ->check(CLI::Range(1, 1 << 20))
      ->type_name("K");
  command->add_flag("--held-out", options->data.held_out,
                    "score the normal examples that the run held out and the anomalies of its "
                    "training split, to choose settings by");
  options->add_to(
      *command,
      "hourglass detect runs/threes --data mnist --normal 3 --reject 0.01 --out scores.csv");
  command->callback([options] { run_detect(*options); });
}

}}  // namespace hourglass
