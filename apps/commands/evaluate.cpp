#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "apps/command.hpp"
#include "apps/commands/commands.hpp"
#include "apps/evaluation/metric_text.hpp"
#include "apps/evaluation/words.hpp"
#include "apps/reports/metric_rows.hpp"
#include "apps/resuming.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "hourglass/models/core/evaluation.hpp"
#include "hourglass/models/core/importance.hpp"
#include "hourglass/models/core/linear_denoiser.hpp"
#include "hourglass/models/trained/diagnosis.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

struct Options : CommonOptions {
  std::string run, data;
  std::size_t importance_samples = 0, limit = 0;
};

/// The additional metrics of a variational model; none for any other. Throws ConfigError if another
/// model is asked for its likelihood.
Metrics likelihood_metrics_of(Autoencoder& model, const Dataset& test, const Options& options,
                              const Rng& rng) {
  if (Variational* variational = model.variational())
    return likelihood_metrics(*variational, test, rng, options.importance_samples, options.limit);
  if (options.importance_samples > 0)
    throw ConfigError(
        "--importance-samples: only a variational model's likelihood is estimated from samples");
  return {};
}

/// For a model that removes noise: the error of linear regression, beside its own.
void add_linear_denoiser(Metrics& metrics, const Autoencoder& model, const Dataset& train,
                         const Dataset& test, const Rng& rng) {
  const auto denoises = [](const auto& figure) {
    return figure.first == "denoising_mse_per_pixel";
  };
  if (std::none_of(metrics.begin(), metrics.end(), denoises)) return;
  metrics.emplace_back(
      "linear_denoising_mse_per_pixel",
      linear_denoising_error(model, train, test, rng) / static_cast<double>(test.features()));
}

/// What `evaluate` found: its table and its JSON are written from this.
struct Evaluation {
  std::string model_name;
  std::size_t parameters, latent;
  EvaluationSet set;
  Metrics metrics;
  Metrics likelihood;               ///< of variational models
  std::size_t likelihood_examples;  ///< computed on this many, the first ones
  std::size_t importance_samples;   ///< per example; 0: there is no estimate of -ln p(x)
  std::optional<double> pca;        ///< squared error per image
  std::string no_pca = "the training examples cannot be read";  ///< why there is none
  std::vector<std::string> warnings = {};
};

nlohmann::ordered_json to_json(const Evaluation& evaluation) {
  nlohmann::ordered_json json = metrics_to_json(evaluation.metrics);
  json.update(metrics_to_json(evaluation.likelihood));
  if (!evaluation.likelihood.empty()) {
    const auto& [bound, value] = evaluation.likelihood.front();
    json["negative_" + bound] = -value;
    json["likelihood_examples"] = evaluation.likelihood_examples;
  }
  if (evaluation.importance_samples > 0) {
    json["importance_samples"] = evaluation.importance_samples;
    json["importance_examples"] = evaluation.likelihood_examples;
  }
  json["pca_squared_error_per_image"] = nullptr;
  json["pca_mse_per_pixel"] = nullptr;
  if (const auto& pca = evaluation.pca) {
    json["pca_squared_error_per_image"] = *pca;
    json["pca_mse_per_pixel"] = *pca / static_cast<double>(evaluation.set.data.features());
  }
  json["latent"] = evaluation.latent;
  json["examples"] = evaluation.set.data.size();
  json["measured_on"] = evaluation.set.measured_on.to_json();
  json["warnings"] = evaluation.warnings;
  return json;
}

/// The bound and what it bounds with the same sign, so that they can be compared: the negative ELBO
/// is never below the NLL. A conditional model's are of p(x | y), with the true label y.
std::string likelihood_table(const Evaluation& evaluation) {
  const Dataset& data = evaluation.set.data;
  const std::size_t examples = evaluation.likelihood_examples;
  const bool table = data.is_table() && !is_picture(data.example_shape());
  const std::string unit =
      fmt::format("nats per {}{}", table ? "row" : "image",
                  examples < data.size() ? ", of the first " + counted(examples, "example") : "");
  std::string text;
  for (const auto& [name, value] : evaluation.likelihood) {
    const bool bound = name.starts_with("elbo");
    const double shown = bound ? -value : value;
    const char* given = name.ends_with("_given_class") ? " of p(x | y)" : "";
    text += fmt::format(
        "\n{:<26}{:>12.3f}{:>12}   {}{}", std::string(bound ? "negative ELBO" : "NLL") + given,
        std::abs(shown) < 5e-4 ? 0 : shown, "", unit,
        bound ? "" : fmt::format(", {} samples of each", thousands(evaluation.importance_samples)));
  }
  return text;
}

std::string to_table(const Evaluation& evaluation) {
  const EvaluationSet& set = evaluation.set;
  const std::string head = fmt::format("{}, {} parameters, {} of {}\n\n", evaluation.model_name,
                                       thousands(evaluation.parameters),
                                       counted(set.data.size(), "example"), set.data.name());
  return head +
         to_table(metric_rows(evaluation.metrics, evaluation.pca, set),
                  pca_components(evaluation.latent, set.data.features()), set.measured_on) +
         likelihood_table(evaluation) +
         (evaluation.pca ? "" : "\n\nno PCA beside it: " + evaluation.no_pca);
}

/// Adds the results of PCA and of linear regression, which need the training examples.
void add_baselines(Evaluation& evaluation, Autoencoder& model, const Dataset& train,
                   const Rng& rng) {
  const Dataset& test = evaluation.set.data;
  evaluation.pca = pca_baseline(train, test, evaluation.latent);
  evaluation.no_pca = "values are missing";
  add_linear_denoiser(evaluation.metrics, model, train, test, rng);
  if (!evaluation.pca) return;
  if (const auto warning = loses_to_pca(model, test, evaluation.metrics, *evaluation.pca))
    evaluation.warnings.push_back(warning->text);
}

/// Refuses classes that a trained model does not know: its loss needs them, and it cannot learn them
/// any more.
void check_classes(const TrainedModel& trained, const Dataset& data) {
  const std::string setting = value_of(trained.config, "model.classes");
  const bool needed = trained.model->classes() > 0 || trained.model->is_classifier();
  if (setting.empty() || !needed || !data.has_labels()) return;
  const std::size_t classes = std::stoul(setting);
  for (std::size_t i = 0; i < data.size(); ++i)
    if (data.label(i) >= classes)
      throw ConfigError(fmt::format(
          "{} has examples of class {}, but the model was trained with {} classes, 0 to "
          "{}: ?labels= chooses examples of these",
          data.name(), data.label_name(data.label(i)), classes, classes - 1));
}

void run_evaluate(const Options& options) {
  options.apply();
  const TrainedModel trained = load_model(options.run);
  Autoencoder& model = *trained.model;
  const std::optional<TrainingData> training = training_data_if_there(trained.run);
  const EvaluationSet set = training ? load_evaluation_set(trained, options.data, *training)
                                     : load_evaluation_set(trained, options.data);
  const Dataset& test = set.data;
  check_classes(trained, test);
  const Rng rng(options.seed.value_or(trained.run.seed));  // as `train` evaluated it
  Evaluation evaluation{
      .model_name = trained.run.model,
      .parameters = model.parameter_count(),
      .latent = model.latent(),
      .set = set,
      .metrics = evaluate(model, test, rng),
      .likelihood = likelihood_metrics_of(model, test, options, rng),
      .likelihood_examples = options.limit ? std::min(options.limit, test.size()) : test.size(),
      .importance_samples = options.importance_samples,
      .pca = {}};
  if (training) add_baselines(evaluation, model, training->train, rng);
  const nlohmann::ordered_json json = to_json(evaluation);
  expect_finite(json, test.name());
  options.print(to_table(evaluation));
  options.warn(evaluation.warnings);
  options.write_json(json);
}

}  // namespace

void add_evaluate_command(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "evaluate", "a trained model's metrics on its test set, beside PCA of the same code size");
  add_run_option(*command, options->run);
  add_data_option(*command, options->data);
  command
      ->add_option("--importance-samples", options->importance_samples,
                   "estimate -ln p(x) from K samples of each example (variational models)")
      ->check(positive)
      ->type_name("K");
  command
      ->add_option("--limit", options->limit,
                   "measure the ELBO and -ln p(x) on the first N examples only; 0 is all")
      ->check(not_negative)
      ->type_name("N");
  options->add_to(*command, "hourglass evaluate runs/first --json -");
  command->callback([options] { run_evaluate(*options); });
}

}}  // namespace hourglass
