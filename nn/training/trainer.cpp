#include "hourglass/nn/training/trainer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/constants.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/autograd/tools/watch.hpp"
#include "hourglass/nn/files/safetensors.hpp"
#include "hourglass/nn/files/weights.hpp"
#include "hourglass/nn/training/early_stopping.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

std::size_t to_whole_number(const std::string& text, const std::string& origin) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    throw DataError(fmt::format("{}: '{}' is not a number of steps", origin, text));
  return number;
}

constexpr const char* smaller_steps = "a smaller --lr or clip_norm = 1 may help";

/// What Tape::check_finite found, with advice on what may help: none of training's settings if it is
/// a constant, which is data, unless that is NaN for a missing value.
std::string with_advice(const std::string& cause) {
  if (cause.starts_with("constant") || cause.starts_with("shard"))
    return cause.find("value is nan") == std::string::npos
               ? cause
               : fmt::format("{}; if the model takes missing values, {}", cause, smaller_steps);
  if (cause.starts_with("parameter"))
    return cause + "; --set training.check_finite=true finds the step and operation it came from";
  return cause + "; " + smaller_steps;
}

}  // namespace

Trainer::Trainer(Module& model, LossFunction loss, TrainingOptions options, Rng rng, Shards shards)
    : model_(model),
      loss_(std::move(loss)),
      options_(std::move(options)),
      rng_(rng),
      sharding_(model.couples_examples() ? Shards::whole_batch : shards),
      parameters_(model.parameters()),
      optimizer_(optimizers()[options_.optimizer](options_, parameters_)) {
  options_.check();
  if (options_.ema > 0) average_ = std::make_unique<MovingAverage>(parameters_, options_.ema);
}

bool Trainer::finished() const {
  return history_.epochs.size() >= options_.epochs ||
         is_out_of_patience(history_, options_.watch, options_.patience);
}

void Trainer::step(const Batch& batch) {
  const ModeGuard mode = ModeGuard::training(model_);
  const Rng noise = rng_.fork(steps());
  optimizer_->zero_grad();
  cut(batch);
  run_shards(batch, noise);
  for (std::size_t s = 0; s < shard_count_; ++s)
    expect_finite_loss(shards_[s], batch, noise.fork(s));
  for (std::size_t s = 0; s < shard_count_; ++s) running_.add(shards_[s].loss, shards_[s].count);
  if (options_.clip_norm > 0) clip_grad_norm(parameters_, options_.clip_norm);
  optimizer_->step();
  if (average_) average_->update(steps());
}

void Trainer::run_shards(const Batch& batch, const Rng& noise) {
  // If one shard fails, the others' gradients are still added, so that none is left behind.
  const auto add_gradients = [this] {
    for (std::size_t s = 0; s < shard_count_; ++s)
      shards_[s].tape.per_thread_gradients().add_to_parameters();
  };
  try {
    run_in_parallel(shard_count_, [&](std::size_t s) { run(shards_[s], batch, noise.fork(s)); });
  } catch (const NonFiniteError& error) {
    add_gradients();
    throw NonFiniteError(fmt::format("step {}: {}", steps() + 1, with_advice(error.what())));
  } catch (...) {
    add_gradients();
    throw;
  }
  add_gradients();
}

/// Decides which rows of the batch each shard takes: as evenly as possible, and with no shard so small
/// that its products are no longer worth a thread.
void Trainer::cut(const Batch& batch) {
  constexpr std::size_t smallest = 16;
  const std::size_t rows = batch.size(), most = work_parts();
  shard_count_ =
      sharding_ == Shards::whole_batch ? 1 : std::clamp<std::size_t>(rows / smallest, 1, most);
  // The first shard's gradients go straight to the parameters, the others' are added to them.
  while (shards_.size() < shard_count_)
    shards_.emplace_back(shards_.empty() ? Tape::Gradients::on : Tape::Gradients::per_thread);
  for (std::size_t s = 0; s < shard_count_; ++s) {
    const Range own = split_range(rows, s, shard_count_);
    shards_[s].first = own.begin;
    shards_[s].count = own.end - own.begin;
  }
}

void Trainer::run(Shard& shard, const Batch& batch, Rng noise) {
  watch(shard.tape, {.check_finite = options_.check_finite});
  run_forward(shard, batch, noise);
  const auto weight = static_cast<Scalar>(shard.count) / static_cast<Scalar>(batch.size());
  shard.tape.backward(shard.loss.total, weight);
}

void Trainer::run_forward(Shard& shard, const Batch& batch, Rng& noise) {
  shard.tape.reset();
  shard.tape.context().draw_from(noise);
  if (shard_count_ == 1) {
    shard.loss = loss_(shard.tape, batch, noise);
    return;
  }
  const std::size_t features = batch.x.size() / batch.size();
  Tensor& rows = new_constant("shard", shard.tape, {shard.count, features}).output();
  std::copy_n(batch.x.data() + shard.first * features, rows.size(), rows.data());
  const auto labels =
      batch.labels.empty() ? batch.labels : batch.labels.subspan(shard.first, shard.count);
  shard.loss = loss_(shard.tape, {rows, labels}, noise);
}

/// If the loss is not finite, runs the shard forward once more, with the same noise, on a tape that
/// finds the operation that made it so.
void Trainer::expect_finite_loss(Shard& shard, const Batch& batch, Rng noise) {
  const Scalar loss = shard.loss.total.item();
  if (std::isfinite(loss)) return;
  const std::string fact =
      fmt::format("the loss became {} at step {}: ", value_text(loss), steps() + 1);
  watch(shard.tape, {.check_finite = true});
  try {
    run_forward(shard, batch, noise);
    shard.tape.end_forward();
  } catch (const NonFiniteError& cause) {
    throw NonFiniteError(fact + with_advice(cause.what()));
  }
  throw NonFiniteError(fact + smaller_steps);
}

void Trainer::end_epoch(Progress& progress, const Metrics& evaluated) {
  Metrics metrics;
  std::string line;
  const auto add = [&](const std::string& name, double value) {
    metrics.emplace_back(name, value);
    line += fmt::format("{} {:.5g}  ", name, value);
  };
  for (const auto& [name, mean] : running_.means()) add("train_" + name, mean);
  for (const auto& [name, value] : evaluated) add(name, value);
  metrics.emplace_back("seconds", running_.seconds());
  history_.epochs.push_back(metrics);
  progress.end_epoch(fmt::format("{}{:.1f} s", line, running_.seconds()));
  running_.clear();
  if (history_.epochs.size() >= options_.epochs || !finished()) return;
  const std::string watched = watched_metric(metrics, options_.watch);
  const Stagnation state = stagnation(history_, watched);
  progress.note(fmt::format("stopped early: {} has reached no new low since epoch {} ({:.5g})",
                            watched, state.best_epoch, state.best));
}

/// The state of training besides the model's own.
std::vector<std::pair<std::string, Tensor*>> Trainer::training_state() const {
  std::vector<std::pair<std::string, Tensor*>> all;
  for (const auto& [name, tensor] : optimizer_->state())
    all.emplace_back("optimizer." + name, tensor);
  if (average_)
    for (auto& named : average_->state()) all.push_back(std::move(named));
  return all;
}

void Trainer::save_checkpoint(const std::filesystem::path& file,
                              std::map<std::string, std::string> metadata) const {
  metadata["training.running"] = running_.to_csv();
  metadata["training.history"] = history_.to_csv();
  metadata["training.steps"] = std::to_string(steps());

  std::vector<NamedTensor> tensors = named_weights(model_);
  for (const auto& [name, tensor] : training_state()) tensors.push_back({name, tensor});
  write_safetensors(file, tensors, metadata);
}

void Trainer::resume(const std::filesystem::path& file) {
  const std::string origin = file.string();
  const TensorFile checkpoint = read_safetensors(file);
  const auto text = [&](const char* name) {
    const auto found = checkpoint.metadata.find(name);
    if (found == checkpoint.metadata.end())
      throw DataError(fmt::format("{}: is not a checkpoint, it holds no '{}'", origin, name));
    return found->second;
  };
  load_weights(checkpoint, origin, model_);
  for (const auto& [name, tensor] : training_state())
    load_tensor(checkpoint, origin, name, *tensor);

  history_ = History::from_csv(text("training.history"), origin);
  running_ = RunningEpoch::from_csv(text("training.running"), origin);
  optimizer_->steps = to_whole_number(text("training.steps"), origin);
}

}}  // namespace hourglass
