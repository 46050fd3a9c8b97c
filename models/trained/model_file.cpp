#include "hourglass/models/trained/model_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <set>
#include <string_view>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/base/file_hooks.hpp"
#include "hourglass/datasets/catalog/catalog.hpp"
#include "hourglass/datasets/catalog/description.hpp"
#include "hourglass/datasets/table.hpp"
#include "hourglass/models/core/fingerprint.hpp"
#include "hourglass/models/registry.hpp"
#include "hourglass/nn/files/weights.hpp"
#include "hourglass/nn/initialization.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

void RunOptions::describe(Settings& settings) {
  settings("model", model, "a name that 'hourglass list models' gives");
  settings("data", data, "what it is trained on");
  settings("test", test, "a test set from elsewhere; empty: the test split of data");
  settings("limit", limit, "use the first N training examples; 0 is all");
  settings("hold_out", hold_out, "keep N training examples for validation");
  settings("seed", seed, "of all randomness");
  settings("example_shape", example_shape, "of one example: channels, height, width");
  settings("scale", scale, "how a table's columns became numbers in 0..1; learnt");
  settings("labels", labels, "that the training examples have; learnt");
  settings("fingerprint", fingerprint, "of the training examples; learnt");
}

RunOptions read_run(const Config& config) {
  auto run = read_options<RunOptions>(config, "run");
  for (const Setting& setting : config.list())
    if (setting.name == "run.test") return run;
  Description data = parse_description(run.data);
  const auto is = [&](const char* prefix) { return data.name.starts_with(prefix); };
  if (data.test_share || !(is("npy:") || is("idx:") || is("images:"))) return run;
  data.test_share = 0;
  data.split.reset();
  run.data = data.text();
  run.last_are_held_out = run.hold_out > 0;
  return run;
}

std::vector<std::size_t> classes_shown(const Autoencoder& model, const RunOptions& run) {
  std::vector<std::size_t> classes;
  for (std::size_t k = 0; k < model.classes(); ++k)
    if (run.labels.empty() ||
        std::find(run.labels.begin(), run.labels.end(), k) != run.labels.end())
      classes.push_back(k);
  return classes;
}

std::vector<std::string> label_names(const RunOptions& run) {
  return run.scale.empty() ? std::vector<std::string>()
                           : TableScale::from_text(run.scale).labels.names;
}

std::map<std::string, std::string> config_metadata(const Config& config) {
  return {{"format", "pt"}, {"hourglass", config.text()}};
}

Config config_from(const std::map<std::string, std::string>& metadata, const std::string& origin) {
  const auto found = metadata.find("hourglass");
  if (found == metadata.end())
    throw DataError(
        fmt::format("{}: holds weights but no config: it is not a model of Hourglass", origin));
  try {
    return Config::parse(found->second, origin);
  } catch (const ConfigError& error) {  // which names the file already
    throw DataError(error.what());
  }
}

Config completed(const Config& config) {
  const auto is_set = [&](const std::string& name) {
    const std::vector<Setting> settings = config.list();
    return std::ranges::any_of(settings, [&](const Setting& one) { return one.name == name; });
  };
  Config whole = config;
  for (const std::string& assignment :
       find_model(read_options<RunOptions>(config, "run").model).older)
    if (!is_set("model." + assignment.substr(0, assignment.find('='))))
      whole.set(assignment, "model");
  return whole;
}

std::unique_ptr<Autoencoder> make_model(const Config& config, Rng& rng) {
  const auto run = read_options<RunOptions>(config, "run");
  const Shape shape(run.example_shape.begin(), run.example_shape.end());
  if (!is_sane(shape))
    throw ConfigError(fmt::format("run.example_shape is {}: more than {} numbers", to_text(shape),
                                  most_elements));
  return find_model(run.model).make(config, shape, rng);
}

namespace {

constexpr std::string_view derived_prefix = "derived.";

std::string fingerprint_text(const Autoencoder& model, const Config& config) {
  return fmt::format("{:016x}", fingerprint_of(model, config.text()));
}

/// What the file holds besides its weights, if it was computed from these.
Derived derived_of(const TensorFile& file, const TrainedModel& trained) {
  const auto from = file.metadata.find("derived_from");
  if (from == file.metadata.end() ||
      from->second != fingerprint_text(*trained.model, trained.config))
    return {};
  Derived derived;
  for (const auto& [name, tensor] : file.tensors)
    if (name.starts_with(derived_prefix)) derived[name.substr(derived_prefix.size())] = tensor;
  return derived;
}

/// How `train` is called to get a model into a folder where there is none.
std::string what_trains(const std::filesystem::path& folder) {
  if (std::filesystem::exists(folder / "checkpoint.safetensors"))
    return " --resume' goes on from its checkpoint";
  return std::filesystem::exists(folder / "config.toml")
             ? " --force' makes one in place of the run that has ended before its first epoch"
             : "' makes one";
}

/// Throws DataError for a tensor that neither the model has nor was derived from it: the config is then
/// that of another model.
void expect_known(const TensorFile& file, const std::string& origin, const Autoencoder& model) {
  std::set<std::string> known;
  for (const NamedTensor& weight : named_weights(model)) known.insert(weight.name);
  for (const auto& [name, tensor] : file.tensors)
    if (!name.starts_with(derived_prefix) && !known.contains(name))
      throw DataError(
          fmt::format("{}: holds '{}', which the model of its config does not have", origin, name));
}

}  // namespace

void save_model(const std::filesystem::path& file, const Autoencoder& model, const Config& config,
                const Derived& derived) {
  std::vector<NamedTensor> tensors = named_weights(model);
  std::map<std::string, std::string> metadata = config_metadata(config);
  for (const auto& [name, tensor] : derived)
    tensors.push_back({std::string(derived_prefix) + name, &tensor});
  if (!derived.empty()) metadata["derived_from"] = fingerprint_text(model, config);
  write_safetensors(file, tensors, metadata);
}

std::filesystem::path model_path(const std::filesystem::path& run_or_file) {
  return std::filesystem::is_directory(run_or_file) ? run_or_file / "model.safetensors"
                                                    : run_or_file;
}

TrainedModel load_model(const std::filesystem::path& run_or_file) {
  const auto path = model_path(run_or_file);
  const std::string origin = path.string();
  if (!std::filesystem::exists(path))
    throw DataError(fmt::format("{}: there is no trained model; 'hourglass train MODEL --out {}{}",
                                origin, run_or_file.string(), what_trains(run_or_file)));
  const TensorFile file = read_safetensors(path);
  TrainedModel trained;
  try {
    trained.config = config_from(file.metadata, origin);
    trained.run = read_run(trained.config);
    Rng unused(0);  // the weights that it draws are replaced below
    trained.model = make_model(completed(trained.config), unused);
  } catch (const ConfigError& error) {  // the file is at fault, not the request
    throw DataError(fmt::format("{}: {}", origin, error.what()));
  } catch (const std::bad_alloc&) {
    throw DataError(
        fmt::format("{}: the model that its config describes does not fit into memory", origin));
  }
  for (const std::string& data : {trained.run.data, trained.run.test})
    for (const auto& file_or_folder : files_of(data)) note_in_use(file_or_folder);
  load_weights(file, origin, *trained.model);
  expect_known(file, origin, *trained.model);
  trained.derived = derived_of(file, trained);
  trained.model->eval();
  return trained;
}

}}  // namespace hourglass
