#include <fmt/format.h>

#include <memory>

#include "apps/command.hpp"
#include "autograd/error.hpp"
#include "models/shelf.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

namespace {

struct Options : CommonOptions {
  std::string what;
};

void list_models(const Options& options) {
  auto models = nlohmann::ordered_json::array();
  for (const ModelInfo& model : shelf()) {
    options.print(fmt::format("{:<16} {}\n{:<16} {}\n{:<16} {}", model.name, model.summary, "",
                              model.objective, "", model.paper));
    auto settings = nlohmann::ordered_json::array();
    for (const auto& [name, value, help] : model.settings) {
      options.print(fmt::format("{:<16}   {} = {}   {}", "", name, value, help));
      settings.push_back({{"name", name}, {"default", value}, {"summary", help}});
    }
    models.push_back({{"name", model.name},
                      {"summary", model.summary},
                      {"objective", model.objective},
                      {"paper", model.paper},
                      {"settings", settings}});
  }
  options.write_json({{"models", models}});
}

void list_data(const Options& options) {
  auto datasets = nlohmann::ordered_json::array();
  for (const auto& [name, summary, source] : list_datasets()) {
    options.print(fmt::format("{:<16} {}\n{:<16} {}", name, summary, "", source));
    datasets.push_back({{"name", name}, {"summary", summary}, {"paper", source}});
  }
  options.write_json({{"datasets", datasets}});
}

}  // namespace

void add_list_command(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("list", "what there is: models or datasets");
  command->add_option("what", options->what, "models or datasets")
      ->required()
      ->check(CLI::IsMember({"models", "datasets"}));
  options->add_to(*command, "hourglass list models");
  command->callback([options] {
    if (options->what == "models") {
      list_models(*options);
    } else {
      list_data(*options);
    }
  });
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
