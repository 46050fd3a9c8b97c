#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "apps/resuming.hpp"
#include "apps/run_folder.hpp"
#include "apps/training_run.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/nn/files/atomic_file.hpp"
#include "hourglass/nn/files/safetensors.hpp"

// What a training run saves from epoch to epoch, and how it resumes from that.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

bool is_same(const Tensor& a, const Tensor& b) {
  return a.shape() == b.shape() && std::memcmp(a.data(), b.data(), a.size() * sizeof(Scalar)) == 0;
}

}  // namespace

/// Whether the folder still holds the run that this one is going to replace.
bool TrainingRun::replaces_a_run() const {
  if (resumed_ || saved_) return false;
  const std::vector<std::string>& records = run_records();
  return std::any_of(records.begin(), records.end(), [&](const std::string& name) {
    return std::filesystem::exists(folder_ / name);
  });
}

void TrainingRun::save_progress() {
  trainer_->save_checkpoint(folder_ / "checkpoint.safetensors", config_metadata(config_));
  if (!saved_) {
    write_atomically(folder_ / "config.toml", config_.text());
    if (!resumed_) remove_run_files(folder_, {"checkpoint.safetensors", "config.toml"});
    saved_ = true;
  }
  write_atomically(folder_ / "metrics.csv", trainer_->history().to_csv());
}

void TrainingRun::expect_same_examples(const Config& was) const {
  const std::string then = read_run(was).fingerprint;
  const std::string old = read_run(was).data, now = run_.data;
  // A checkpoint of an older Hourglass does not say what its examples were.
  const bool same = then.empty() ? old == now : then == run_.fingerprint;
  if (same) return;
  if (old != now)
    throw ConfigError(fmt::format(
        "run.data is \"{}\" in {} and cannot become \"{}\", which has other training examples", old,
        folder_.string(), now));
  throw DataError(fmt::format(
      "{}: its training examples are not those that {} was trained on: resume with the same "
      "data, or start over with --force or another --out",
      run_.data, folder_.string()));
}

std::size_t TrainingRun::steps_per_epoch() const {
  return (data_.train.size() + training_.batch - 1) / std::max<std::size_t>(1, training_.batch);
}

/// Says that schedules that end with the last epoch are stretched over the new number of them.
void TrainingRun::note_new_schedule(const Config& was) const {
  const auto before = read_options<TrainingOptions>(was, "training").epochs;
  const bool ends = training_.schedule == "cosine" || training_.schedule == "one_cycle";
  if (!ends || before == training_.epochs || trainer_->finished()) return;
  Progress(common_.progress())
      .note(fmt::format(
          "schedule {} now ends with epoch {} instead of {}: the learning rate goes on "
          "at {:.3g}",
          training_.schedule, training_.epochs, before,
          scheduled_lr(training_, trainer_->steps(), training_.epochs * steps_per_epoch())));
}

/// Whether nothing is left to train, and the folder's model is the result of training.
bool TrainingRun::is_complete() {
  if (!trainer_->finished()) return false;
  const std::filesystem::path file = folder_ / "model.safetensors";
  if (!std::filesystem::exists(file) || !std::filesystem::exists(folder_ / "report.html"))
    return false;
  const auto averaged = trainer_->averaged_weights();
  try {
    const TensorFile model = read_safetensors(file);
    const std::vector<Parameter*> parameters = model_->parameters();
    return std::all_of(parameters.begin(), parameters.end(), [&](const Parameter* parameter) {
      const auto found = model.tensors.find(parameter->name);
      return found != model.tensors.end() && is_same(found->second, parameter->value);
    });
  } catch (const DataError&) {  // a damaged one is written again
    return false;
  }
}

void TrainingRun::resume(const Config& was) {
  expect_same_examples(was);
  trainer_->resume(folder_ / "checkpoint.safetensors");
  const std::size_t per_epoch = steps_per_epoch(), done = trainer_->history().epochs.size();
  if (trainer_->steps() < done * per_epoch || trainer_->steps() > (done + 1) * per_epoch)
    throw DataError(
        fmt::format("{}: has {} training examples, which is not what {} was trained on: start over "
                    "with --force or another --out",
                    run_.data, thousands(data_.train.size()), folder_.string()));
  resumed_ = true;
  note_new_schedule(was);
  complete_ = is_complete();
  if (complete_)
    Progress(common_.progress())
        .note(fmt::format("{}: all of its {} epochs are done, and nothing was changed; --epochs N "
                          "goes on to N",
                          folder_.string(), trainer_->history().epochs.size()));
}

}}  // namespace hourglass
