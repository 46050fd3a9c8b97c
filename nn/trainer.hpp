#pragma once

#include <chrono>
#include <concepts>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "autograd/random.hpp"
#include "nn/config.hpp"
#include "nn/history.hpp"
#include "nn/interrupt.hpp"
#include "nn/losses.hpp"
#include "nn/module.hpp"
#include "nn/optimizers.hpp"
#include "nn/progress.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

struct TrainingOptions {
  std::size_t epochs = 20;
  std::size_t batch = 128;
  double lr = 1e-3;
  std::string optimizer = "adam";
  std::string schedule = "cosine";
  double momentum = 0.9;
  double weight_decay = 0;
  double clip_norm = 0;

  void describe(Settings& settings);
};

/// The optimiser that `options` names: adam, adamw or sgd. Throws ConfigError.
std::unique_ptr<Optimizer> make_optimizer(const TrainingOptions& options,
                                          std::vector<Parameter*> parameters);

/// The learning rate at step `step` of `steps`: constant, or falling along a half cosine from lr to
/// 0 (Loshchilov & Hutter, "SGDR", ICLR 2017):  lr (1 + cos(π step / steps)) / 2
double scheduled_lr(const TrainingOptions& options, std::size_t step, std::size_t steps);

/// Where batches come from: `get(epoch, i)` is batch i of `per_epoch()` in an epoch, one example a
/// row, the same for the same epoch and i at every call.
template <class Source>
concept BatchSource = requires(Source& source, std::size_t n) {
  { source.per_epoch() } -> std::convertible_to<std::size_t>;
  { source.examples() } -> std::convertible_to<std::size_t>;
  { source.get(n, n) } -> std::convertible_to<const Tensor&>;
};

/// The loss of a batch, recorded on the tape, its noise drawn from the generator.
using LossFunction = std::function<Loss(Tape&, const Tensor& batch, Rng&)>;

/// Trains a module: batches, steps, epochs, and what a checkpoint needs to go on.
///
///     Trainer trainer(model, loss, {.epochs = 5}, Rng(1));
///     trainer.fit(batches, progress, [&] { return evaluate(model, test); });
///
/// Each thread takes a shard of the batch through the whole step, and their gradients are summed in
/// a fixed order: the same seed and number of threads give the same bits. All randomness of step s
/// is drawn from rng.fork(s), so a run that was interrupted and resumed ends in the same bits as
/// one that was not.
class Trainer {
 public:
  /// Whether a batch may be cut into shards: not where a loss couples its examples (the statistics
  /// of batch norm, MMD), since the mean of the shards' losses is then another loss.
  enum class Shards { one_a_thread, whole_batch };

  Trainer(Module& model, LossFunction loss, TrainingOptions options, Rng rng,
          Shards shards = Shards::one_a_thread);

  /// Runs all epochs. After each one `evaluate` gives figures that join the epoch's own in
  /// `history()` and in its line on stderr. Returns false where Ctrl-C ended it early.
  template <BatchSource Source>
  bool fit(Source& batches, Progress& progress, const std::function<Figures()>& evaluate);

  /// The parts of `fit`, for those who have something to do in between: an epoch, or what is left
  /// of one that was interrupted (then false), …
  template <BatchSource Source>
  bool run_epoch(Source& batches, Progress& progress, const std::function<Figures()>& evaluate);
  /// … and one training step: the batch's loss, its gradient, an update.
  void step(const Tensor& batch);

  bool finished() const { return history_.epochs.size() >= options_.epochs; }
  const History& history() const { return history_; }
  std::size_t steps() const { return optimizer_->steps; }

  /// Writes parameters, optimiser, history and the unfinished epoch's sums to a file from which
  /// `resume` goes on; `metadata` is kept beside them.
  void save_checkpoint(const std::filesystem::path& file,
                       std::map<std::string, std::string> metadata) const;
  /// Throws DataError for a file that is damaged or was made by another model or optimiser.
  void resume(const std::filesystem::path& file);

 private:
  double mean_loss() const { return seen_ ? sums_[0].second / static_cast<double>(seen_) : 0; }
  /// A part of the batch, with all that one thread needs to take it through a step.
  struct Shard {
    explicit Shard(Tape::Gradients gradients) : tape(gradients) {}
    Tape tape;
    std::size_t first = 0, count = 0;  // of the batch
    Loss loss;
  };

  void cut(const Tensor& batch);
  void run(Shard& shard, const Tensor& batch, Rng noise);
  void note(const Loss& loss, std::size_t examples);
  void end_epoch(Progress& progress, const Figures& evaluated);

  Module& model_;
  LossFunction loss_;
  TrainingOptions options_;
  Rng rng_;
  Shards sharding_;
  std::deque<Shard> shards_;
  std::size_t shard_count_ = 0;
  std::vector<Parameter*> parameters_;
  std::unique_ptr<Optimizer> optimizer_;
  History history_;
  // Of the epoch that is running:
  Figures sums_;  // of the loss and its parts over the examples seen; "loss" first
  std::size_t seen_ = 0;
  double seconds_ = 0;
};

template <BatchSource Source>
bool Trainer::fit(Source& batches, Progress& progress, const std::function<Figures()>& evaluate) {
  InterruptGuard guard;
  while (!finished())
    if (!run_epoch(batches, progress, evaluate)) return false;
  return true;
}

template <BatchSource Source>
bool Trainer::run_epoch(Source& batches, Progress& progress,
                        const std::function<Figures()>& evaluate) {
  using Clock = std::chrono::steady_clock;
  const std::size_t per_epoch = batches.per_epoch(), epoch = steps() / per_epoch;
  progress.begin_epoch(epoch + 1, options_.epochs, batches.examples());
  do {
    if (InterruptGuard::interrupted()) return false;
    const auto start = Clock::now();
    optimizer_->lr = scheduled_lr(options_, steps(), options_.epochs * per_epoch);
    step(batches.get(epoch, steps() % per_epoch));
    seconds_ += std::chrono::duration<double>(Clock::now() - start).count();
    progress.update(seen_, mean_loss());
  } while (steps() % per_epoch != 0);
  end_epoch(progress, evaluate());
  return true;
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
