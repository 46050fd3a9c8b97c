#include "apps/training_run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "apps/evaluation/words.hpp"
#include "apps/reports/gallery.hpp"
#include "apps/run_folder.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/blas.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/datasets/batches.hpp"
#include "hourglass/datasets/fingerprint.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "hourglass/models/applications/compression/code_tables.hpp"
#include "hourglass/models/core/evaluation.hpp"
#include "hourglass/models/registry.hpp"
#include "hourglass/models/trained/code_plane.hpp"
#include "hourglass/nn/files/atomic_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

// Each part of a run draws from a generator of its own.
enum Stream : std::uint64_t { weights, order, noise, pictures = 4, diagnosis, after_training };

/// Before it nothing has been learnt yet.
constexpr std::size_t first_judged_step = 100;

/// In rising order, each once; none where the data have none.
std::vector<std::size_t> labels_in(const Dataset& data) {
  if (!data.has_labels()) return {};
  const std::vector<std::uint8_t> labels = data.labels(0, data.size());
  const std::set<std::size_t> each(labels.begin(), labels.end());
  return {each.begin(), each.end()};
}

/// How the files were read, and what each column of a table of one's own was taken for.
std::vector<std::string> reading_notes(const Dataset& data) {
  std::vector<std::string> notes = data.notes();
  if (!data.name().starts_with("csv:")) return notes;
  for (std::string& line : to_lines(data.table().reports)) notes.push_back(std::move(line));
  return notes;
}

/// What a model has to store of a table, empty where there is none.
std::string scale_of(const Dataset& data) {
  return data.is_table() ? data.table().scale : "";
}

/// Whether training stops by a figure of examples that it does not learn from.
bool stops_by_unseen(const TrainingOptions& training) {
  return training.patience > 0 && !training.watch.starts_with("train_");
}

/// What is trained on. Where `patience` needs examples to watch and none are held out, a tenth is:
/// what stops by the test set is no longer tested by it.
TrainingData load_data(RunOptions& run, const TrainingOptions& training,
                       std::vector<std::string>& notes) {
  if (training.watch.starts_with("test_"))
    throw ConfigError(
        fmt::format("training.watch is {}: what is chosen by the test set is not tested by it; "
                    "validation_{} is the same of held-out examples",
                    training.watch, training.watch.substr(5)));
  if (run.last_are_held_out)
    throw ConfigError(fmt::format(
        "the run was begun when the last examples of {} were held out, and now they are drawn: "
        "start it anew",
        run.data));
  TrainingData data = load_training_data(run);
  if (run.hold_out > 0 || !stops_by_unseen(training)) return data;
  const std::size_t all = data.train.size();
  if (all < 2)
    throw ConfigError(fmt::format(
        "training.patience watches held-out examples, and {} has a single one to train on: add "
        "--set watch=train_loss",
        run.data));
  run.hold_out = std::max<std::size_t>(1, (all + 5) / 10);
  data = load_training_data(run);
  notes.push_back(
      fmt::format("training.patience watches {} of the {} training examples, held out for it "
                  "(--hold-out N chooses how many), and not the test set",
                  thousands(data.validation.size()), thousands(all)));
  return data;
}

}  // namespace

TrainingRun::TrainingRun(Config config, std::filesystem::path folder, const CommonOptions& common,
                         std::string command_line)
    : config_(std::move(config)),
      run_(read_run(config_)),
      training_(read_options<TrainingOptions>(config_, "training")),
      folder_(std::move(folder)),
      common_(common),
      command_line_(std::move(command_line)),
      data_(load_data(run_, training_, notes_)),
      evaluation_(load_evaluation_set(run_, data_, scale_of(data_.train))),
      data_fingerprint_(fingerprint_of(data_.train) ^ fingerprint_of(data_.validation) << 1),
      rng_(run_.seed) {
  const Shape& shape = data_.train.example_shape();
  if (evaluation_.data.example_shape() != shape)
    throw ConfigError(fmt::format("--test: {} has examples of {}, but {} has examples of {}",
                                  run_.test, to_text(evaluation_.data.example_shape()), run_.data,
                                  to_text(shape)));
  if (const std::string note = split_note(run_, data_, evaluation_); !note.empty())
    notes_.insert(notes_.begin(), note);
  run_.example_shape.assign(shape.begin(), shape.end());
  run_.scale = scale_of(data_.train);
  run_.labels = labels_in(data_.train);
  write_options(config_, "run", run_);
  Rng initial = rng_.fork(Stream::weights);
  model_ = make_model(config_, initial);
  trainer_ = std::make_unique<Trainer>(*model_, training_, rng_.fork(Stream::noise));
}

/// Held-out examples where there are some: the test set then waits for the end. Nothing where there
/// is neither.
Metrics TrainingRun::evaluate_epoch() {
  const bool held_out = data_.validation.size() > 0;
  if (!held_out && !evaluation_.measured_on.is_test()) return {};
  Metrics figures =
      evaluate(*model_, held_out ? data_.validation : evaluation_.data, Rng(run_.seed));
  figures.pop_back();  // the squared error per image, which is the one per pixel times the pixels
  for (auto& [name, value] : figures) name = (held_out ? "validation_" : "test_") + name;
  return figures;
}

/// What figures are measured on, so that the first of them are of all kinds.
EvaluationSet TrainingRun::shown() const {
  if (run_.test.empty() && is_mixed(run_, data_)) return evaluation_;
  return {in_drawn_order(evaluation_.data, 1), evaluation_.measured_on};
}

/// What is wrong with the model as it is, by a thousand examples that it was not trained on, where
/// there are any. In the first steps nothing has been learnt yet, which is no failure.
std::vector<Warning> TrainingRun::diagnose() {
  if (trainer_->steps() < first_judged_step) return {};
  const auto averaged = trainer_->averaged_weights();
  const Dataset unseen = data_.validation.size() == 0 ? shown().data
                         : is_mixed(run_, data_)      ? data_.validation
                                                      : in_drawn_order(data_.validation, 1);
  return warnings(*model_, unseen.slice(0, 1000), trainer_->history(),
                  rng_.fork(Stream::diagnosis));
}

/// In its first half much looks wrong that is only unfinished.
void TrainingRun::warn_early(Progress& progress) {
  const std::size_t done = trainer_->history().epochs.size();
  if (done >= 3 && 2 * done >= training_.epochs && !trainer_->finished())
    note_new(diagnose(), progress);
}

void TrainingRun::note_new(const std::vector<Warning>& found, Progress& progress) {
  for (const Warning& warning : found) {
    if (std::find(noted_.begin(), noted_.end(), warning.failure) != noted_.end()) continue;
    noted_.push_back(warning.failure);
    progress.note("warning: " + warning.text);
  }
}

void TrainingRun::train() {
  if (complete_) return;
  Batches batches(data_.train, training_.batch, rng_.fork(Stream::order));
  Progress progress(common_.progress());
  if (trainer_->steps() == 0)
    for (const std::vector<std::string>& notes : {notes_, reading_notes(data_.train)})
      for (const std::string& note : notes) progress.note("data: " + note);
  InterruptGuard guard;
  while (!trainer_->finished()) {
    const bool whole = trainer_->run_epoch(batches, progress, [this] { return evaluate_epoch(); });
    if (!whole && replaces_a_run()) {
      progress.clear();
      fmt::print(stderr, "interrupted in the first epoch; {} is as it was\n", folder_.string());
      throw Interrupted();
    }
    save_progress();
    if (whole) {
      warn_early(progress);
      continue;
    }
    progress.clear();
    fmt::print(stderr, "interrupted; go on with: hourglass train {} --out {} --resume\n",
               run_.model, folder_.string());
    throw Interrupted();
  }
}

void TrainingRun::write_report(const Report& page) {
  std::vector<std::string> written = {"model.safetensors", "checkpoint.safetensors", "config.toml",
                                      "metrics.csv", "report.html"};
  for (const ReportPicture& picture : page.pictures) {
    if (picture.png.empty()) continue;
    write_atomically(folder_ / picture.file, picture.png);
    written.push_back(picture.file);
  }
  write_atomically(folder_ / "report.html", to_html(page));
  remove_run_files(folder_, written);
}

void TrainingRun::write_results() {
  std::vector<Warning> found = diagnose();
  const auto averaged = trainer_->averaged_weights();
  model_->after_training(data_.train, rng_.fork(Stream::after_training));
  const std::optional<Pca> plane = fit_code_plane(*model_, data_.train);
  Derived derived;
  if (plane) keep_code_plane(*plane, derived);
  keep_fitted_code_tables(*model_, data_.train, derived);
  if (!complete_) save_model(folder_ / "model.safetensors", *model_, config_, derived);
  // As `evaluate` does it.
  const Metrics figures = evaluate(*model_, evaluation_.data, Rng(run_.seed));
  const Metrics train = evaluate(*model_, data_.train, Rng(run_.seed));
  const double pca_error = pca_baseline(data_.train, evaluation_.data, model_->latent());
  // Where something else went wrong, this is its consequence.
  if (trainer_->steps() >= first_judged_step && found.empty())
    if (const auto warning = loses_to_pca(*model_, evaluation_.data, figures, pca_error))
      found.push_back(*warning);
  Progress progress(common_.progress());
  note_new(found, progress);
  std::vector<std::string> texts;
  for (const Warning& warning : found) texts.push_back(warning.text);
  const Report page = report(figures, pca_error, texts, plane);
  if (!complete_) write_report(page);

  common_.print(fmt::format("{}\n\n{}\n\nreport: {}", page.summary,
                            to_table(page.figures, model_->latent(), evaluation_.measured_on),
                            (folder_ / "report.html").string()));
  const MeasuredOn& measured = evaluation_.measured_on;
  nlohmann::ordered_json json = {
      {"model", run_.model},
      {"data", run_.data},
      {"out", folder_.string()},
      {"latent", model_->latent()},
      {"parameters", model_->parameter_count()},
      {"epochs", trainer_->history().epochs.size()},
      {"seconds", seconds()},
      {"images_per_second", images_per_second()},
      {"threads", threads()},
      {"blas_core", blas_core()},
      {"train", to_json(train)},
      {"test", measured.is_test() ? to_json(figures) : nlohmann::ordered_json()},
      {"warnings", texts},
      {"measured_on", measured.to_json()},
      {"pca_mse_per_pixel", pca_error / static_cast<double>(evaluation_.data.features())}};
  if (measured.is_validation()) json["validation"] = to_json(figures);
  common_.write_json(json);
}

double TrainingRun::seconds() const {
  double sum = 0;
  for (double epoch : trainer_->history().curve("seconds")) sum += epoch;
  return sum;
}

double TrainingRun::images_per_second() const {
  const auto epochs = trainer_->history().epochs.size();
  return static_cast<double>(epochs * data_.train.size()) / std::max(seconds(), 1e-9);
}

Report TrainingRun::report(const Metrics& figures, double pca_error,
                           const std::vector<std::string>& warnings,
                           const std::optional<Pca>& plane) const {
  const ModelInfo& info = find_model(run_.model);
  const History& history = trainer_->history();
  const std::size_t latent = model_->latent();
  const Dataset& data = evaluation_.data;
  const bool rows = !is_picture(data.example_shape()) && data.is_table();
  const std::string noun = rows ? "row" : "image";
  Report report;
  report.title = fmt::format("{} on {}", run_.model, run_.data);
  report.summary = fmt::format(
      "A {0} autoencoder ({1}) with {2} parameters squeezes each {9} of {3} numbers through {4} "
      "and rebuilds it. It was trained on {5} for {6}, in {7:.1f} seconds ({8} a second).",
      run_.model, info.summary, thousands(model_->parameter_count()), data.features(), latent,
      counted(data_.train.size(), noun), counted(history.epochs.size(), "epoch"), seconds(),
      counted(static_cast<std::size_t>(images_per_second()), noun), noun);
  if (!notes_.empty())
    report.summary += " Its data: " + fmt::format("{}.", fmt::join(notes_, "; "));
  report.objective = info.objective;
  report.warnings = warnings;
  report.figures = figure_rows(figures, pca_error, evaluation_);
  report.curve_unit = model_->loss_unit();
  for (const char* split : {"train", "validation", "test"})
    if (const auto curve = history.curve(std::string(split) + "_loss"); !curve.empty())
      report.curves.push_back({split, curve});
  report.pictures =
      gallery(*model_, shown(), rng_.fork(Stream::pictures), {plane, classes_shown(*model_, run_)});
  for (const Setting& setting : config_.list())
    if (setting.name != "run.scale" && setting.name != "run.labels" &&
        !(setting.name == "run.test" && run_.test.empty()))
      report.settings.emplace_back(setting.name, setting.value);
  report.settings.emplace_back("threads", std::to_string(threads()));
  report.settings.emplace_back("OpenBLAS core", blas_core());
  report.command = command_line_;
  return report;
}

}}  // namespace hourglass
