#include <fmt/format.h>

#include <fstream>
#include <memory>
#include <optional>
#include <sstream>

#include "apps/command.hpp"
#include "apps/pictures.hpp"
#include "autograd/blas.hpp"
#include "autograd/error.hpp"
#include "autograd/threads.hpp"
#include "datasets/batches.hpp"
#include "models/evaluation.hpp"
#include "models/shelf.hpp"
#include "nn/atomic_file.hpp"
#include "nn/safetensors.hpp"
#include "nn/trainer.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

namespace {

namespace fs = std::filesystem;

struct Options : CommonOptions {
  std::string model, config;
  std::optional<std::string> data, out;
  std::optional<std::size_t> epochs, batch, latent, limit, hold_out;
  std::optional<double> lr;
  std::vector<std::string> set;
  bool resume = false;
  std::string command;
};

// Each part of a run draws from a generator of its own.
enum Stream : std::uint64_t { weights, order, noise, evaluation };

/// CLI11's own check for positive numbers names the largest double in its message.
std::string positive(const std::string& text) {
  char* end = nullptr;
  return std::strtod(text.c_str(), &end) > 0 ? "" : text + " must be greater than 0";
}

std::string read_text(const fs::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw ConfigError(fmt::format("{}: cannot be read", file.string()));
  return text.str();
}

/// Where a setting without a table belongs: `lr` in [training], a model's own in [model].
std::string table_of(const std::string& assignment) {
  std::vector<Setting> training;
  Settings listing = Settings::listing(training);
  TrainingOptions().describe(listing);
  for (const Setting& setting : training)
    if (assignment.starts_with(setting.name + "=")) return "training";
  return "model";
}

/// The run's settings, each source over the one before: the model's defaults (or, to resume, the
/// checkpoint's), the file --config, every --set, then the flags.
Config collect_config(const Options& options, Config config) {
  if (!options.config.empty())
    config.merge(Config::parse(read_text(options.config), options.config));
  for (const std::string& assignment : options.set) config.set(assignment, table_of(assignment));
  const auto set = [&](const char* name, const auto& value) {
    if (value) config.set(fmt::format("{}={}", name, *value), "");
  };
  config.set("run.model=" + options.model, "");
  set("run.data", options.data);
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

/// A training run from its options to the files that it leaves.
class Run {
 public:
  explicit Run(const Options& options);
  void train();
  void write_results();

 private:
  Figures evaluate_epoch();
  Report report(const Figures& test, double pca_error) const;
  std::string reconstructions_png() const;

  const Options& options_;
  Config config_;
  RunOptions run_;
  TrainingOptions training_;
  fs::path folder_;
  HeldOut data_;
  Dataset test_;
  Rng rng_;
  std::unique_ptr<Autoencoder> model_;
  std::unique_ptr<Trainer> trainer_;
};

/// The settings of a run, and its checkpoint's where it goes on.
Config config_of(const Options& options) {
  if (!options.resume) return collect_config(options, default_config(options));
  if (!options.out)
    throw ConfigError("--resume needs --out, the folder of the run that is to go on");
  const fs::path checkpoint = fs::path(*options.out) / "checkpoint.safetensors";
  const Config config = config_from(read_safetensors(checkpoint).metadata, checkpoint.string());
  return collect_config(options, config);
}

Run::Run(const Options& options)
    : options_(options),
      config_(config_of(options)),
      run_(read_options<RunOptions>(config_, "run")),
      training_(read_options<TrainingOptions>(config_, "training")),
      folder_(choose_folder(options, run_)),
      data_(load_training_data(run_)),
      test_(load_dataset(run_.data, Split::test)),
      rng_(run_.seed) {
  const Shape& shape = data_.train.example_shape();
  run_.example_shape.assign(shape.begin(), shape.end());
  write_options(config_, "run", run_);
  Rng initial = rng_.fork(Stream::weights);
  model_ = make_model(config_, initial);
  const auto loss = [this](Tape& tape, const Tensor& batch, Rng& noise) {
    return model_->loss(tape, batch, noise);
  };
  trainer_ = std::make_unique<Trainer>(
      *model_, loss, training_, rng_.fork(Stream::noise),
      model_->couples_examples() ? Trainer::Shards::whole_batch : Trainer::Shards::one_a_thread);
}

/// Held-out examples where there are some: the test set then waits for the end.
Figures Run::evaluate_epoch() {
  const bool held_out = data_.validation.size() > 0;
  Figures figures =
      evaluate(*model_, held_out ? data_.validation : test_, rng_.fork(Stream::evaluation));
  figures.pop_back();  // the squared error per image, which is the one per pixel times the pixels
  for (auto& [name, value] : figures) name = (held_out ? "validation_" : "test_") + name;
  return figures;
}

void Run::train() {
  const fs::path checkpoint = folder_ / "checkpoint.safetensors";
  if (options_.resume) trainer_->resume(checkpoint);
  write_atomically(folder_ / "config.toml", config_.text());

  Batches batches(data_.train, training_.batch, rng_.fork(Stream::order));
  Progress progress(options_.progress());
  InterruptGuard guard;
  while (!trainer_->finished()) {
    const bool whole = trainer_->run_epoch(batches, progress, [this] { return evaluate_epoch(); });
    trainer_->save_checkpoint(checkpoint, config_metadata(config_));
    write_atomically(folder_ / "metrics.csv", trainer_->history().to_csv());
    if (whole) continue;
    progress.clear();
    fmt::print(stderr, "interrupted; go on with: hourglass train {} --out {} --resume\n",
               run_.model, folder_.string());
    throw Interrupted();
  }
}

void Run::write_results() {
  save_model(folder_ / "model.safetensors", *model_, config_);
  const Figures test = evaluate(*model_, test_, rng_.fork(Stream::evaluation));
  const Figures train = evaluate(*model_, data_.train, rng_.fork(Stream::evaluation));
  const double pca_error = pca_baseline(data_.train, test_, model_->latent());
  const Report page = report(test, pca_error);
  write_atomically(folder_ / "reconstructions.png", reconstructions_png());
  write_atomically(folder_ / "report.html", to_html(page));

  double seconds = 0;
  for (double epoch : trainer_->history().curve("seconds")) seconds += epoch;
  const auto epochs = trainer_->history().epochs.size();
  const double rate = static_cast<double>(epochs * data_.train.size()) / std::max(seconds, 1e-9);
  options_.print(fmt::format("{}\n\n{}\n{}", page.summary, to_table(page.figures, model_->latent()),
                             fmt::format("\nreport: {}", (folder_ / "report.html").string())));
  options_.write_json({{"model", run_.model},
                       {"data", run_.data},
                       {"out", folder_.string()},
                       {"latent", model_->latent()},
                       {"parameters", model_->parameter_count()},
                       {"epochs", epochs},
                       {"seconds", seconds},
                       {"images_per_second", rate},
                       {"threads", threads()},
                       {"blas_core", blas_core()},
                       {"train", to_json(train)},
                       {"test", to_json(test)},
                       {"pca_mse_per_pixel", pca_error / static_cast<double>(test_.features())}});
}

Report Run::report(const Figures& test, double pca_error) const {
  const ModelInfo& info = find_model(run_.model);
  const History& history = trainer_->history();
  const std::size_t latent = model_->latent(), epochs = history.epochs.size();
  Report report;
  report.title = fmt::format("{} on {}", run_.model, run_.data);
  report.summary = fmt::format(
      "A {} autoencoder ({}) with {} parameters squeezes each image of {} numbers through {} and "
      "rebuilds it. It was trained on {} images for {} {}.",
      run_.model, info.summary, thousands(model_->parameter_count()), test_.features(), latent,
      thousands(data_.train.size()), epochs, epochs == 1 ? "epoch" : "epochs");
  report.objective = info.objective;
  report.figures = figure_rows(test, pca_error, test_.features());
  report.curve_unit = model_->loss_unit();
  for (const char* split : {"train", "validation", "test"})
    if (const auto curve = history.curve(std::string(split) + "_loss"); !curve.empty())
      report.curves.push_back({split, curve});
  report.pictures.push_back({"Originals over reconstructions",
                             "The first images of the test set, none of which was trained on.",
                             reconstructions_png()});
  for (const Setting& setting : config_.list())
    report.settings.emplace_back(setting.name, setting.value);
  report.settings.emplace_back("threads", std::to_string(threads()));
  report.settings.emplace_back("OpenBLAS core", blas_core());
  report.command = options_.command;
  return report;
}

std::string Run::reconstructions_png() const {
  Tensor rows;
  test_.read_rows(0, std::min<std::size_t>(20, test_.size()), rows);
  const Tensor rebuilt = reconstruct(*model_, rows);
  return to_png(draw_rows({&rows, &rebuilt}, test_.example_shape()));
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
  command->add_option("--out", options->out, "the folder to write; a new one in runs/ unless given")
      ->type_name("RUN");
  command->add_option("--epochs", options->epochs, "passes over the training examples")
      ->check(positive);
  command->add_option("--batch", options->batch, "examples in a step")->check(positive);
  command->add_option("--latent", options->latent, "numbers in the code")->check(positive);
  command->add_option("--lr", options->lr, "learning rate")->check(positive);
  command->add_option("--limit", options->limit, "train on the first N examples only");
  command->add_option("--hold-out", options->hold_out,
                      "keep the last N training examples back, to watch instead of the test set");
  command->add_option("--config", options->config, "settings from a file such as RUN/config.toml")
      ->type_name("FILE");
  command->add_option("--set", options->set, "one setting, such as activation=silu")
      ->type_name("KEY=VALUE");
  command->add_flag("--resume", options->resume, "go on from the checkpoint in --out");
  options->add_to(*command, "hourglass train vanilla --data mnist --latent 32 --out runs/first");
  options->command = command_line;
  command->callback([options] {
    options->apply();
    Run run(*options);
    run.train();
    run.write_results();
  });
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
