#include "apps/resuming.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/registry.hpp"
#include "hourglass/models/trained/model_file.hpp"
#include "hourglass/nn/files/safetensors.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

bool may_change(const std::string& name) {
  for (const char* free : {"training.epochs", "training.patience", "training.watch",
                           "training.check_finite", "run.data"})
    if (name == free) return true;
  return false;
}

/// 1 and 1.0 are the same number to the user.
bool is_same_value(const std::string& a, const std::string& b) {
  const auto number = [](const std::string& text, double& into) {
    char* end = nullptr;
    into = std::strtod(text.c_str(), &end);
    return !text.empty() && *end == '\0';
  };
  double x = 0, y = 0;
  return a == b || (number(a, x) && number(b, y) && x == y);
}

}  // namespace

Config checkpoint_config(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "checkpoint.safetensors";
  if (!std::filesystem::exists(file))
    throw ConfigError(
        fmt::format("{}: there is no checkpoint to go on from; leave out --resume to begin a run",
                    file.string()));
  const Config stored = completed(config_from(read_safetensors(file).metadata, file.string()));
  const auto run = read_options<RunOptions>(stored, "run");
  const ModelInfo& model = find_model(run.model);
  // [run] gets no defaults: what is missing from it tells read_run its age.
  Config defaults;
  model.write_defaults(defaults);
  write_options(defaults, "training", model.training);
  Config config = stored;  // for its order
  config.merge(defaults);
  config.merge(stored);
  return config;
}

std::string value_of(const Config& config, const std::string& name) {
  for (const Setting& setting : config.list())
    if (setting.name == name) return setting.value;
  return "";
}

void expect_same_run(const Config& was, const Config& now, const std::filesystem::path& folder) {
  Config defaults;
  write_options(defaults, "run", RunOptions());
  for (const auto& [name, value, help] : now.list()) {
    std::string old = value_of(was, name);
    if (old.empty()) old = value_of(defaults, name);
    // What the run did not have is not a setting, as reading the options will say.
    if (old.empty() || may_change(name) || is_same_value(old, value)) continue;
    throw ConfigError(
        fmt::format("{0} is {1} in {2} and cannot become {3}: a run goes on with the settings that "
                    "it began with; only epochs, patience, watch and check_finite may change",
                    name, old, folder.string(), value));
  }
}

}}  // namespace hourglass
