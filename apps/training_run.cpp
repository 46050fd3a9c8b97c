#include "apps/training_run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "apps/evaluation/words.hpp"
#include "apps/reports/gallery.hpp"
#include "apps/reports/metric_rows.hpp"
#include "apps/run_folder.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/blas.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/datasets/batches.hpp"
#include "hourglass/datasets/cell_text.hpp"
#include "hourglass/datasets/table.hpp"
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

/// Before this step nothing has been learnt yet.
constexpr std::size_t first_diagnosed_step = 100;

/// The labels in ascending order, each once; none if the data have none.
std::vector<std::size_t> labels_in(const Dataset& data) {
  if (!data.has_labels()) return {};
  const std::vector<std::uint8_t> labels = data.labels(0, data.size());
  const std::set<std::size_t> each(labels.begin(), labels.end());
  return {each.begin(), each.end()};
}

/// How the files were read, and what each column of a user's table was taken for.
std::vector<std::string> reading_notes(const Dataset& data) {
  std::vector<std::string> notes = data.notes();
  if (!data.name().starts_with("csv:")) return notes;
  for (std::string& line : to_lines(data.table().reports)) notes.push_back(std::move(line));
  return notes;
}

/// What a model has to store about a table, and about labels that are texts; else empty.
std::string scale_of(const Dataset& data) {
  if (data.is_table()) return data.table().scale;
  return data.label_names().empty() ? "" : TableScale{{}, {data.label_names()}}.text();
}

/// Whether training stops by a metric of examples that it does not learn from.
bool stops_by_unseen(const TrainingOptions& training) {
  return training.patience > 0 && !training.watch.starts_with("train_");
}

/// The data to train on. If `patience` needs examples to watch and none are held out, a tenth is:
/// a run that stops by the test set would no longer be tested by it.
TrainingData load_data(RunOptions& run, const TrainingOptions& training,
                       std::vector<std::string>& notes) {
  if (training.watch.starts_with("test_"))
    throw ConfigError(fmt::format(
        "training.watch is {}: a model that is chosen by the test set is not tested by it; "
        "validation_{} is the same metric on held-out examples",
        training.watch, training.watch.substr(5)));
  if (run.last_are_held_out)
    throw ConfigError(fmt::format(
        "the run was begun when the last examples of {} were held out, but now they are drawn: "
        "start it anew",
        run.data));
  run.fingerprint.clear();  // a config may be from another run
  TrainingData data = load_training_data(run);
  if (run.hold_out > 0 || !stops_by_unseen(training)) return data;
  const std::size_t all = data.train.size();
  if (all < 2)
    throw ConfigError(fmt::format(
        "training.patience watches held-out examples, but {} has only one to train on: add "
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
  run_.fingerprint = fingerprint_of(data_);
  write_options(config_, "run", run_);
  Rng initial = rng_.fork(Stream::weights);
  model_ = make_model(config_, initial);
  expect_no_missing();
  trainer_ = std::make_unique<Trainer>(*model_, training_, rng_.fork(Stream::noise));
}

/// Refuses missing values where they are needed, or would be taken for faults of the training.
void TrainingRun::expect_no_missing() const {
  const std::initializer_list<const Dataset*> all = {&data_.train, &data_.validation,
                                                     &evaluation_.data};
  for (const Dataset* data : all) {
    if (!model_->takes_missing())
      expect_complete(*data, fmt::format("'{}' (miwae learns from the others)", run_.model));
    else if (training_.check_finite && data->missing() > 0)
      throw ConfigError(fmt::format(
          "training.check_finite looks for numbers that are not finite, and {} of {} are missing: "
          "leave it out",
          data->missing(), data->name()));
  }
}

/// Evaluates on held-out examples if there are any: the test set then waits for the end. Empty if
/// there is neither.
Metrics TrainingRun::evaluate_epoch() {
  const bool held_out = data_.validation.size() > 0;
  if (!held_out && !evaluation_.measured_on.is_test()) return {};
  const std::string split = held_out ? "validation_" : "test_";
  Metrics metrics;
  for (auto& [name, value] :
       evaluate(*model_, held_out ? data_.validation : evaluation_.data, Rng(run_.seed)))
    if (name != "squared_error_per_image")  // the one per pixel, times the number of pixels
      metrics.emplace_back(split + name, value);
  return metrics;
}

/// The evaluation set, in an order in which the first examples are of all kinds.
EvaluationSet TrainingRun::shown() const {
  if (run_.test.empty() && is_mixed(run_, data_)) return evaluation_;
  return {in_drawn_order(evaluation_.data, 1), evaluation_.measured_on};
}

/// What is wrong with the model as it is, judging by a thousand examples that it was not trained on,
/// if there are any. In the first steps nothing has been learnt yet, which is not a failure.
std::vector<Warning> TrainingRun::diagnose() {
  if (trainer_->steps() < first_diagnosed_step) return {};
  const auto averaged = trainer_->averaged_weights();
  const Dataset unseen = data_.validation.size() == 0 ? shown().data
                         : is_mixed(run_, data_)      ? data_.validation
                                                      : in_drawn_order(data_.validation, 1);
  return hourglass::diagnose(*model_, unseen.slice(0, 1000), trainer_->history(),
                             rng_.fork(Stream::diagnosis));
}

/// In the first half of training, much looks wrong that is only unfinished.
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
      for (const std::string& note : notes) progress.note("data: " + printable(note));
  InterruptGuard guard;
  while (!trainer_->finished()) {
    const bool whole = trainer_->run_epoch(batches, progress, [this] { return evaluate_epoch(); });
    if (!whole && replaces_a_run()) {
      progress.clear();
      fmt::print(stderr, "interrupted in the first epoch; {} is as it was\n",
                 printable(folder_.string()));
      throw Interrupted();
    }
    save_progress();
    if (whole) {
      warn_early(progress);
      continue;
    }
    progress.clear();
    fmt::print(stderr, "interrupted; resume with: hourglass train {} --out {} --resume\n",
               run_.model, printable(folder_.string()));
    throw Interrupted();
  }
}

void TrainingRun::write_report(const Report& page) {
  std::vector<std::string> written = {"model.safetensors", "checkpoint.safetensors", "config.toml",
                                      "metrics.csv", "report.html"};
  for (const ReportFigure& figure : page.figures) {
    const auto* image = std::get_if<ReportImage>(&figure.content);
    if (!image) continue;
    write_atomically(folder_ / image->file, image->png);
    written.push_back(image->file);
  }
  write_atomically(folder_ / "report.html", to_html(page));
  remove_run_files(folder_, written);
}

/// Fits what is fitted to the codes of a trained model, and writes its file.
std::optional<Pca> TrainingRun::finish_model() {
  model_->after_training(data_.train, rng_.fork(Stream::after_training));
  std::optional<Pca> plane = fit_code_plane(*model_, data_.train);
  Derived derived;
  if (plane) store_code_plane(*plane, derived);
  keep_fitted_code_tables(*model_, data_.train, derived);
  if (!complete_) save_model(folder_ / "model.safetensors", *model_, config_, derived);
  return plane;
}

TrainingResults TrainingRun::measure_results(std::vector<Warning> found) {
  // As `evaluate` does it.
  TrainingResults results{
      .evaluation = evaluate(*model_, evaluation_.data, Rng(run_.seed)),
      .train = evaluate(*model_, data_.train, Rng(run_.seed)),
      .pca_squared_error = pca_baseline(data_.train, evaluation_.data, model_->latent())};
  // If something else went wrong, this is only a consequence.
  const std::optional<double>& pca = results.pca_squared_error;
  if (trainer_->steps() >= first_diagnosed_step && found.empty() && pca)
    if (const auto warning = loses_to_pca(*model_, evaluation_.data, results.evaluation, *pca))
      found.push_back(*warning);
  Progress progress(common_.progress());
  note_new(found, progress);
  for (const Warning& warning : found) results.warnings.push_back(warning.text);
  return results;
}

void TrainingRun::write_results() {
  std::vector<Warning> found = diagnose();
  const auto averaged = trainer_->averaged_weights();
  const std::optional<Pca> plane = finish_model();
  const TrainingResults results = measure_results(std::move(found));
  const Report page = report(results, plane);
  if (!complete_) write_report(page);
  common_.print(
      fmt::format("{}\n\n{}\n\nreport: {}", page.summary,
                  to_table(page.metrics, pca_components(model_->latent(), data_.train.features()),
                           evaluation_.measured_on),
                  (folder_ / "report.html").string()));
  common_.write_json(to_json(results));
}

nlohmann::ordered_json TrainingRun::to_json(const TrainingResults& results) const {
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
      {"train", metrics_to_json(results.train)},
      {"test", measured.is_test() ? metrics_to_json(results.evaluation) : nlohmann::ordered_json()},
      {"warnings", results.warnings},
      {"measured_on", measured.to_json()},
      {"pca_mse_per_pixel", nullptr}};
  if (const auto& pca = results.pca_squared_error)
    json["pca_mse_per_pixel"] = *pca / static_cast<double>(evaluation_.data.features());
  if (measured.is_validation()) json["validation"] = metrics_to_json(results.evaluation);
  return json;
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

/// "A vanilla autoencoder (…) with 55,088 parameters squeezes each image of 784 numbers through 32 …"
/// A code that is as wide as the image squeezes nothing.
std::string TrainingRun::summary() const {
  const History& history = trainer_->history();
  const Dataset& data = evaluation_.data;
  const bool rows = !is_picture(data.example_shape()) && data.is_table();
  const std::string noun = rows ? "row" : "image";
  const bool narrow = model_->latent() < data.features();
  std::string text = fmt::format(
      "A {} autoencoder ({}) with {} parameters {} each {} of {} numbers {} {} and "
      "rebuilds it. It was trained on {} for {}, in {:.1f} seconds ({} a second).",
      run_.model, find_model(run_.model).summary, thousands(model_->parameter_count()),
      narrow ? "squeezes" : "encodes", noun, thousands(data.features()), narrow ? "through" : "as",
      thousands(model_->latent()), counted(data_.train.size(), noun),
      counted(history.epochs.size(), "epoch"), seconds(),
      counted(static_cast<std::size_t>(images_per_second()), noun));
  if (!notes_.empty()) text += fmt::format(" Its data: {}.", fmt::join(notes_, "; "));
  return text;
}

std::vector<std::pair<std::string, std::string>> TrainingRun::shown_settings() const {
  std::vector<std::pair<std::string, std::string>> settings;
  for (const Setting& setting : config_.list())
    if (setting.name != "run.scale" && setting.name != "run.labels" &&
        setting.name != "run.fingerprint" && !(setting.name == "run.test" && run_.test.empty()))
      settings.emplace_back(setting.name, setting.value);
  settings.emplace_back("threads", std::to_string(threads()));
  settings.emplace_back("OpenBLAS core", blas_core());
  return settings;
}

Report TrainingRun::report(const TrainingResults& results, const std::optional<Pca>& plane) const {
  Report report;
  report.title = fmt::format("{} on {}", run_.model, run_.data);
  report.summary = summary();
  report.objective = find_model(run_.model).objective;
  report.warnings = results.warnings;
  report.metrics = metric_rows(results.evaluation, results.pca_squared_error, evaluation_);
  report.curve_unit = model_->loss_unit();
  for (const char* split : {"train", "validation", "test"})
    if (const auto curve = trainer_->history().curve(std::string(split) + "_loss"); !curve.empty())
      report.curves.push_back({split, curve});
  report.figures =
      gallery(*model_, shown(), rng_.fork(Stream::pictures), {plane, classes_shown(*model_, run_)});
  report.settings = shown_settings();
  report.command = command_line_;
  return report;
}

}}  // namespace hourglass
