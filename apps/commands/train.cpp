#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>

#include "apps/command.hpp"
#include "apps/commands/commands.hpp"
#include "apps/resuming.hpp"
#include "apps/run_folder.hpp"
#include "apps/training_run.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/base/file_hooks.hpp"
#include "hourglass/models/registry.hpp"
#include "hourglass/nn/files/safetensors.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

namespace fs = std::filesystem;

struct Options : CommonOptions {
  std::string model, config;
  std::optional<std::string> data, test, out;
  std::optional<std::size_t> epochs, batch, latent, limit, hold_out;
  std::optional<double> lr;
  std::vector<std::string> set;
  bool resume = false, force = false;
};

std::string read_text(const fs::path& file) {
  note_in_use(file);
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw ConfigError(fmt::format("{}: cannot be read", file.string()));
  return text.str();
}

/// The table of a setting that names none: `lr` is in [training], a model's own settings in [model].
/// Throws ConfigError for the name of one in each.
std::string table_of(const std::string& assignment, const Config& config) {
  const std::string key = assignment.substr(0, assignment.find('='));
  const std::vector<Setting> all = config.list();
  const auto is_in = [&](const std::string& table) {
    return std::ranges::count(all, table + "." + key, &Setting::name) > 0;
  };
  const bool trains = is_in("training");
  if (trains && is_in("model"))
    throw ConfigError(fmt::format(
        "both the model and training have a setting {0}: write --set model.{0}= or training.{0}=",
        key));
  return trains ? "training" : "model";
}

/// The run's settings, each source over the one before: the model's defaults (or, to resume, the
/// checkpoint's), the file --config, every --set, then the flags.
Config collect_config(const Options& options, Config config) {
  if (!options.config.empty())
    config.merge(Config::parse(read_text(options.config), options.config));
  for (const std::string& assignment : options.set)
    config.set(assignment, table_of(assignment, config));
  const auto set = [&](const char* name, const auto& value) {
    if (value) config.set(fmt::format("{}={}", name, *value), "");
  };
  config.set("run.model=" + options.model, "");
  set("run.data", options.data);
  set("run.test", options.test);
  set("run.seed", options.seed);
  set("run.limit", options.limit);
  set("run.hold_out", options.hold_out);
  set("training.epochs", options.epochs);
  set("training.batch", options.batch);
  set("training.lr", options.lr);
  set("model.latent", options.latent);
  config.expect_tables({"run", "model", "training"});
  return config;
}

Config default_config(const Options& options) {
  const ModelInfo& model = find_model(options.model);
  Config config;
  write_options(config, "run", RunOptions());
  model.write_defaults(config);
  write_options(config, "training", model.training);
  return config;
}

/// The folder of a run: the one asked for, or a new one, so that no earlier run is lost.
fs::path choose_folder(const Options& options, const RunOptions& run) {
  if (options.out) return *options.out;
  std::string name = run.model + "-" + run.data;
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-') c = '_';
  fs::path folder = fs::path("runs") / name;
  for (int n = 2; fs::exists(folder); ++n)
    folder = fs::path("runs") / fmt::format("{}-{}", name, n);
  return folder;
}

/// Declares all that a run may write, before any of its data is read.
void declare_run(const fs::path& folder) {
  declare_outputs({{"--out", folder, Output::Kind::folder}});
  for (const std::string& name : run_files()) declare_outputs({{"--out", folder / name}});
}

/// Refuses a folder that holds a run, or a file that a run would replace.
void expect_free(const fs::path& folder) {
  for (const std::string& name : run_records())
    if (fs::exists(folder / name))
      throw ConfigError(
          fmt::format("{} already holds a run ({}): --resume continues it, --force retrains in its "
                      "place, and another --out leaves it as it is",
                      folder.string(), name));
  for (const std::string& name : run_files())
    if (fs::exists(folder / name))
      throw ConfigError(
          fmt::format("{} already exists and would be replaced: name another --out, or add --force",
                      (folder / name).string()));
}

/// The settings of a resumed run: its checkpoint's, overridden by its config.toml and by the command
/// line, as far as these may change.
Config config_to_resume(const Options& options, const Config& was) {
  const fs::path folder = *options.out, file = folder / "config.toml";
  Config config = was;
  if (fs::exists(file)) config.merge(Config::parse(read_text(file), file.string()));
  config = collect_config(options, std::move(config));
  expect_same_run(was, config, folder);
  return config;
}

/// Refuses patience if there will be nothing to watch: examples are held out when a run begins, and
/// --hold-out 0 asks for none.
void expect_something_to_watch(const Options& options, const Config& config) {
  const auto run = read_options<RunOptions>(config, "run");
  const auto training = read_options<TrainingOptions>(config, "training");
  const bool asked_for_none = options.hold_out && *options.hold_out == 0;
  if (training.patience == 0 || training.watch.starts_with("train_") || run.hold_out > 0 ||
      !(options.resume || asked_for_none))
    return;
  throw ConfigError(
      options.resume
          ? "training.patience watches held-out examples, but this run holds out none: start it "
            "anew, or go on with --set patience=0"
          : "training.patience watches held-out examples: leave out --hold-out 0, or add --set "
            "watch=train_loss");
}

void resume_run(const Options& options, const std::string& command_line) {
  if (!options.out) throw ConfigError("--resume needs --out, the folder of the run to continue");
  const fs::path folder = *options.out;
  for (const std::string& name : run_files()) allow_replacing(folder / name);
  declare_run(folder);
  const Config was = checkpoint_config(folder);
  Config config = config_to_resume(options, was);
  expect_something_to_watch(options, config);
  TrainingRun run(std::move(config), folder, options, command_line);
  run.resume(was);
  run.train();
  run.write_results();
}

}  // namespace

void add_train_command(CLI::App& app, const std::string& command_line) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("train", "train a model and write its folder");
  command->add_option("model", options->model, "a name that 'hourglass list models' gives")
      ->required()
      ->type_name("MODEL");
  command->add_option("--data", options->data, "what to train on: mnist unless given")
      ->type_name("DATA");
  command
      ->add_option(
          "--test", options->test,
          "what to test on, if it is not part of --data: all of --data is then trained on, "
          "unless it comes with a test set")
      ->type_name("DATA");
  command->add_option("--out", options->out, "the folder to write; a new one in runs/ unless given")
      ->type_name("RUN");
  command->add_option("--epochs", options->epochs, "passes over the training examples")
      ->check(positive);
  command->add_option("--batch", options->batch, "examples in a step")->check(positive);
  command->add_option("--latent", options->latent, "latent dimensions")->check(positive);
  command->add_option("--lr", options->lr, "learning rate")->check(positive);
  command->add_option("--limit", options->limit, "train on the first N examples only; 0 is all")
      ->check(not_negative)
      ->type_name("N");
  command
      ->add_option("--hold-out", options->hold_out,
                   "keep N training examples back, to watch instead of the test set: the last ones "
                   "of mnist and fashion-mnist, of other data ones drawn by the seed of --data")
      ->check(not_negative)
      ->type_name("N");
  command->add_option("--config", options->config, "settings from a file such as RUN/config.toml")
      ->type_name("FILE");
  command->add_option("--set", options->set, "one setting, such as activation=silu")
      ->type_name("KEY=VALUE");
  CLI::Option* resume =
      command->add_flag("--resume", options->resume,
                        "go on from the checkpoint in --out, with its settings; only epochs, "
                        "patience, watch and check_finite may change");
  command
      ->add_flag("--force", options->force,
                 "train anew where --out holds a run: its files are deleted when the first epoch "
                 "is done, but only those that Hourglass wrote")
      ->excludes(resume);
  options->add_to(*command, "hourglass train vanilla --data mnist --latent 32 --out runs/first");
  command->callback([options, command_line] {
    options->apply();
    if (options->resume) return resume_run(*options, command_line);
    Config config = collect_config(*options, default_config(*options));
    const fs::path folder = choose_folder(*options, read_options<RunOptions>(config, "run"));
    expect_something_to_watch(*options, config);
    declare_run(folder);
    if (!options->force) expect_free(folder);
    TrainingRun run(std::move(config), folder, *options, command_line);
    run.train();
    run.write_results();
  });
}

}}  // namespace hourglass
