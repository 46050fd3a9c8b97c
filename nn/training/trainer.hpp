#pragma once

#include <chrono>
#include <concepts>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "hourglass/autograd/base/random.hpp"
#include "hourglass/nn/batch.hpp"
#include "hourglass/nn/losses.hpp"
#include "hourglass/nn/module.hpp"
#include "hourglass/nn/training/average.hpp"
#include "hourglass/nn/training/history.hpp"
#include "hourglass/nn/training/interrupt.hpp"
#include "hourglass/nn/training/progress.hpp"
#include "hourglass/nn/training/running_epoch.hpp"
#include "hourglass/nn/training/training_options.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A source of batches: `get(epoch, i)` is batch i of `per_epoch()` in an epoch, one example per
/// row, the same for the same epoch and i at every call; `labels()`, if there is such a function,
/// the classes of the batch that `get` last returned.
template <class Source>
concept BatchSource = requires(Source& source, std::size_t n) {
  { source.per_epoch() } -> std::convertible_to<std::size_t>;
  { source.examples() } -> std::convertible_to<std::size_t>;
  { source.get(n, n) } -> std::convertible_to<const Tensor&>;
};

/// The loss of a batch, recorded on the tape, with its noise drawn from the generator.
using LossFunction = std::function<Loss(Tape&, const Batch& batch, Rng&)>;

/// A module that knows its own loss, as autoencoders do.
template <class Model>
concept ModuleWithLoss = std::derived_from<Model, Module> &&
                         requires(Model& model, Tape& tape, const Batch& batch, Rng& rng) {
                           { model.loss(tape, batch, rng) } -> std::same_as<Loss>;
                         };

/// Trains a module: batches, steps, epochs, and what a checkpoint needs in order to resume.
///
///     Trainer trainer(model, {.epochs = 5}, Rng(1));
///     trainer.fit(batches, progress, [&] { return evaluate(model, test); });
///
/// Each thread takes a shard of the batch through the whole step, and their gradients are summed in
/// a fixed order: the same seed and number of threads give the same bits. All randomness of step s
/// is drawn from rng.fork(s), so a run that was interrupted and resumed ends with the same bits as
/// one that was not.
class Trainer {
 public:
  /// Whether a batch may be cut into shards: not if a loss couples its examples (MMD), since the
  /// mean of the shards' losses is then a different loss. If a module of the model says so
  /// (`Module::couples_examples`) it is not cut either.
  enum class Shards { one_a_thread, whole_batch };

  /// Trains an autoencoder, or another module with a loss, …
  template <ModuleWithLoss Model>
  Trainer(Model& model, TrainingOptions options, Rng rng, Shards shards = Shards::one_a_thread)
      : Trainer(
            model,
            [&model](Tape& tape, const Batch& batch, Rng& noise) {
              return model.loss(tape, batch, noise);
            },
            std::move(options), rng, shards) {}
  /// … or any module with any loss.
  Trainer(Module& model, LossFunction loss, TrainingOptions options, Rng rng,
          Shards shards = Shards::one_a_thread);

  /// Runs all epochs, or until `patience` runs out. After each one, `evaluate` gives metrics that
  /// join the epoch's own in `history()` and in its line on stderr; while it runs, the model is in
  /// evaluation mode and holds its averaged weights, if any. Returns false if Ctrl-C ended it
  /// early.
  template <BatchSource Source>
  bool fit(Source& batches, Progress& progress,
           const std::function<Metrics()>& evaluate = no_metrics);

  /// The parts of `fit`, for callers with something to do in between: an epoch, or what is left of
  /// one that was interrupted (false if Ctrl-C interrupts it), …
  template <BatchSource Source>
  bool run_epoch(Source& batches, Progress& progress,
                 const std::function<Metrics()>& evaluate = no_metrics);
  /// … and one training step: the batch's loss, its gradient, an update.
  void step(const Batch& batch);

  /// Whether all epochs are done, or `patience` has run out.
  bool finished() const;
  const History& history() const { return history_; }
  std::size_t steps() const { return optimizer_->steps; }

  /// While what it returns lives, the model holds the averaged weights, if any: to use or save the
  /// result of training.
  MovingAverage::InPlace averaged_weights() { return MovingAverage::InPlace(average_.get()); }

  /// Writes the model's weights and buffers, optimiser, average, history and the unfinished epoch's
  /// sums to a file from which `resume` continues; `metadata` is stored with them.
  void save_checkpoint(const std::filesystem::path& file,
                       std::map<std::string, std::string> metadata) const;
  /// Throws DataError for a file that is damaged or was made by another model or optimiser.
  void resume(const std::filesystem::path& file);

 private:
  static Metrics no_metrics() { return {}; }
  /// A part of the batch, with everything that one thread needs to take it through a step.
  struct Shard {
    explicit Shard(Tape::Gradients gradients) : tape(gradients) {}
    Tape tape;
    std::size_t first = 0, count = 0;  // rows of the batch
    Loss loss;
  };

  void cut(const Batch& batch);
  void run_shards(const Batch& batch, const Rng& noise);
  void run(Shard& shard, const Batch& batch, Rng noise);
  void run_forward(Shard& shard, const Batch& batch, Rng& noise);
  void expect_finite_loss(Shard& shard, const Batch& batch, Rng noise);
  void end_epoch(Progress& progress, const Metrics& evaluated);
  std::vector<std::pair<std::string, Tensor*>> training_state() const;

  Module& model_;
  LossFunction loss_;
  TrainingOptions options_;
  Rng rng_;
  Shards sharding_;
  std::deque<Shard> shards_;
  std::size_t shard_count_ = 0;
  std::vector<Parameter*> parameters_;
  std::unique_ptr<Optimizer> optimizer_;
  std::unique_ptr<MovingAverage> average_;  // null if `ema` is 0
  History history_;
  RunningEpoch running_;
};

template <BatchSource Source>
bool Trainer::fit(Source& batches, Progress& progress, const std::function<Metrics()>& evaluate) {
  InterruptGuard guard;
  while (!finished())
    if (!run_epoch(batches, progress, evaluate)) return false;
  return true;
}

template <BatchSource Source>
bool Trainer::run_epoch(Source& batches, Progress& progress,
                        const std::function<Metrics()>& evaluate) {
  using Clock = std::chrono::steady_clock;
  const std::size_t per_epoch = batches.per_epoch(), epoch = steps() / per_epoch;
  progress.begin_epoch(epoch + 1, options_.epochs, batches.examples());
  const std::size_t all = options_.epochs * per_epoch;
  do {
    if (InterruptGuard::interrupted()) return false;
    const auto start = Clock::now();
    optimizer_->lr = scheduled_lr(options_, steps(), all);
    model_.before_step(steps(), all);
    const Tensor& rows = batches.get(epoch, steps() % per_epoch);
    if constexpr (requires { batches.labels(); })
      step({rows, batches.labels()});
    else
      step(rows);
    running_.add_seconds(std::chrono::duration<double>(Clock::now() - start).count());
    progress.update(running_.examples(), running_.mean_loss());
  } while (steps() % per_epoch != 0);
  end_epoch(progress, [&] {
    const ModeGuard mode = ModeGuard::evaluation(model_);
    const auto averaged = averaged_weights();
    return evaluate();
  }());
  return true;
}

}}  // namespace hourglass
