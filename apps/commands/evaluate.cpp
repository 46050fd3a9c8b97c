#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "apps/command.hpp"
#include "apps/commands/commands.hpp"
#include "apps/evaluation/figure_text.hpp"
#include "apps/evaluation/words.hpp"
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

/// What a variational model's figures hold besides; none for another, of which nobody may ask for
/// a likelihood.
Metrics likelihood_figures_of(Autoencoder& model, const Dataset& test, const Options& options,
                              const Rng& rng) {
  if (auto* variational = dynamic_cast<Variational*>(&model))
    return likelihood_figures(*variational, test, rng, options.importance_samples, options.limit);
  if (options.importance_samples > 0)
    throw ConfigError("--importance-samples: this model has no likelihood; a variational one has");
  return {};
}

/// Beside the error of a model that takes noise out, that of linear regression.
void add_linear_denoiser(Metrics& figures, const Autoencoder& model, const Dataset& train,
                         const Dataset& test, const Rng& rng) {
  const auto denoises = [](const auto& figure) {
    return figure.first == "denoising_mse_per_pixel";
  };
  if (std::none_of(figures.begin(), figures.end(), denoises)) return;
  figures.emplace_back(
      "linear_denoising_mse_per_pixel",
      linear_denoising_error(model, train, test, rng) / static_cast<double>(test.features()));
}

/// Both with one sign, so that they can be compared: the bound is never below what it bounds.
std::string likelihood_table(const Metrics& figures, const std::string& unit, std::size_t samples) {
  std::string table;
  for (const auto& [name, value] : figures) {
    const bool bound = name == "elbo_nats";
    const double shown = bound ? -value : value;
    table += fmt::format("\n{:<26}{:>12.3f}{:>12}   {}{}", bound ? "negative ELBO" : "NLL",
                         std::abs(shown) < 5e-4 ? 0 : shown, "", unit,
                         bound ? "" : fmt::format(", {} samples of each", thousands(samples)));
  }
  return table;
}

void evaluate_run(const Options& options) {
  options.apply();
  const TrainedModel trained = load_model(options.run);
  const std::optional<TrainingData> training = training_data_if_there(trained.run);
  const EvaluationSet set = training ? load_evaluation_set(trained, options.data, *training)
                                     : load_evaluation_set(trained, options.data);
  const Dataset& test = set.data;
  const Rng rng(options.seed.value_or(trained.run.seed));  // as `train` evaluated it
  Metrics figures = evaluate(*trained.model, test, rng);

  const std::size_t latent = trained.model->latent();
  const Metrics likelihood = likelihood_figures_of(*trained.model, test, options, rng);
  const std::size_t sampled = options.limit ? std::min(options.limit, test.size()) : test.size();
  std::optional<double> pca;  // none without the training examples, to which it is fitted
  if (training) {
    pca = pca_baseline(training->train, test, latent);
    add_linear_denoiser(figures, *trained.model, training->train, test, rng);
  }

  const bool table = test.is_table() && !is_picture(test.example_shape());

  nlohmann::ordered_json json = to_json(figures);
  json.update(to_json(likelihood));
  if (!likelihood.empty()) {
    json["negative_elbo_nats"] = -figure(likelihood, "elbo_nats");
    json["likelihood_examples"] = sampled;
  }
  if (options.importance_samples > 0) {
    json["importance_samples"] = options.importance_samples;
    json["importance_examples"] = sampled;
  }
  json["pca_squared_error_per_image"] = nullptr;
  json["pca_mse_per_pixel"] = nullptr;
  if (pca) {
    json["pca_squared_error_per_image"] = *pca;
    json["pca_mse_per_pixel"] = *pca / static_cast<double>(test.features());
  }
  json["latent"] = latent;
  json["examples"] = test.size();
  json["measured_on"] = set.measured_on.to_json();
  std::vector<std::string> warnings;
  if (pca)
    if (const auto warning = loses_to_pca(*trained.model, test, figures, *pca))
      warnings.push_back(warning->text);
  json["warnings"] = warnings;
  expect_finite(json, test.name());
  options.print(
      fmt::format("{}, {} parameters, {} of {}\n\n{}", trained.run.model,
                  thousands(trained.model->parameter_count()), counted(test.size(), "example"),
                  test.name(), to_table(figure_rows(figures, pca, set), latent, set.measured_on)) +
      likelihood_table(
          likelihood,
          fmt::format("nats per {}{}", table ? "row" : "image",
                      sampled < test.size() ? ", of the first " + counted(sampled, "example") : ""),
          options.importance_samples) +
      (pca ? "" : "\n\nno PCA beside it: the training examples cannot be read"));
  options.warn(warnings);
  options.write_json(json);
}

}  // namespace

void add_evaluate_command(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "evaluate", "a trained model's figures on its test set, beside PCA of the same code size");
  command->add_option("run", options->run, "a training run's folder, or its model.safetensors")
      ->required()
      ->type_name("RUN");
  command->add_option("--data", options->data,
                      "other data than the run's own: their test set, or all where they have "
                      "none of their own");
  command
      ->add_option("--importance-samples", options->importance_samples,
                   "estimate -ln p(x) from K samples of each example (variational models)")
      ->check(positive)
      ->type_name("K");
  command
      ->add_option("--limit", options->limit, "the ELBO and -ln p(x) of the first N examples only")
      ->check(positive)
      ->type_name("N");
  options->add_to(*command, "hourglass evaluate runs/first --json -");
  command->callback([options] { evaluate_run(*options); });
}

}}  // namespace hourglass
