#include <fmt/format.h>

#include <memory>

#include "apps/command.hpp"
#include "apps/commands/commands.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/registry.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

struct Options : CommonOptions {
  std::string what, name;
  bool settings = false;
};

nlohmann::ordered_json to_json(const ModelInfo& model) {
  auto settings = nlohmann::ordered_json::array();
  for (const auto& [name, value, help] : model.settings)
    settings.push_back({{"name", name}, {"default", value}, {"summary", help}});
  return {{"name", model.name},
          {"summary", model.summary},
          {"objective", model.objective},
          {"paper", model.paper},
          {"settings", settings}};
}

/// "latent = 32               latent dimensions"
std::string settings_of(const ModelInfo& model) {
  std::string text;
  for (const auto& [name, value, help] : model.settings)
    text += fmt::format("\n    {:<28} {}", fmt::format("{} = {}", name, value), help);
  return text;
}

void list_models(const Options& options) {
  auto models = nlohmann::ordered_json::array();
  std::vector<const ModelInfo*> wanted;
  if (options.name.empty()) {
    for (const ModelInfo& model : model_registry()) wanted.push_back(&model);
  } else {
    wanted.push_back(&find_model(options.name));
  }
  const bool whole = options.settings || !options.name.empty();
  for (const ModelInfo* model : wanted) {
    std::string text =
        fmt::format("{:<16} {}\n{:<16} {}", model->name, model->summary, "", model->paper);
    if (whole) text += fmt::format("\n\n  {}\n{}\n", model->objective, settings_of(*model));
    options.print(text);
    models.push_back(to_json(*model));
  }
  if (!whole)
    options.print(
        "\n'hourglass list models NAME' gives a model's objective and its settings, "
        "'hourglass train NAME' trains it.");
  options.write_json({{"models", models}});
}

void list_data(const Options& options) {
  if (!options.name.empty())
    throw ConfigError(
        fmt::format("'list datasets' takes no name, but was given '{}': inspect-data looks at data",
                    options.name));
  auto datasets = nlohmann::ordered_json::array();
  for (const auto& [name, summary, source] : list_datasets()) {
    options.print(fmt::format("{:<16} {}\n{:<16} {}", name, summary, "", source));
    datasets.push_back({{"name", name}, {"summary", summary}, {"paper", source}});
  }
  options.print(
      "\nNAME@train or NAME@test is one split, NAME?labels=0,3&limit=1000 a part. A name that "
      "contains one of\nthese characters stands in double quotes: "
      "'csv:\"a?limit=1.csv\"?label=\"R&D\"'.");
  options.write_json({{"datasets", datasets}});
}

}  // namespace

void add_list_command(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("list", "lists models or datasets");
  command->add_option("what", options->what, "models or datasets")
      ->required()
      ->check(CLI::IsMember({"models", "datasets"}));
  command->add_option("name", options->name, "a model, to see its objective and settings")
      ->type_name("NAME");
  command->add_flag("--settings", options->settings, "the objectives and settings of all models");
  options->add_to(*command, "hourglass list models vae");
  command->callback([options] {
    if (options->what == "models") {
      list_models(*options);
    } else {
      list_data(*options);
    }
  });
}

}}  // namespace hourglass
