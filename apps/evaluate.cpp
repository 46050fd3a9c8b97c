#include <fmt/format.h>

#include <memory>

#include "apps/command.hpp"
#include "models/evaluation.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

namespace {

struct Options : CommonOptions {
  std::string run, data;
};

void evaluate_run(const Options& options) {
  options.apply();
  const TrainedModel trained = load_model(options.run);
  const Dataset test = load_data_for(trained, options.data, Split::test);
  const Figures figures = evaluate(*trained.model, test, options.rng());

  const std::size_t latent = trained.model->latent();
  const double pca = pca_baseline(load_training_data(trained.run).train, test, latent);

  options.print(fmt::format("{}, {} parameters, {} examples of {}\n\n{}", trained.run.model,
                            thousands(trained.model->parameter_count()), thousands(test.size()),
                            test.name(),
                            to_table(figure_rows(figures, pca, test.features()), latent)));
  nlohmann::ordered_json json = to_json(figures);
  json["pca_squared_error_per_image"] = pca;
  json["pca_mse_per_pixel"] = pca / static_cast<double>(test.features());
  json["latent"] = latent;
  json["examples"] = test.size();
  options.write_json(json);
}

}  // namespace

void add_evaluate_command(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "evaluate", "a trained model's test figures, beside PCA of the same code size");
  command->add_option("run", options->run, "a training run's folder, or its model.safetensors")
      ->required()
      ->type_name("RUN");
  command->add_option("--data", options->data, "other data than the run's own (its test split)");
  options->add_to(*command, "hourglass evaluate runs/first --json -");
  command->callback([options] { evaluate_run(*options); });
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
