#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hourglass/nn/files/config.hpp"
#include "hourglass/nn/training/optimizers.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// How a model is trained: the table [training] of a config.
struct TrainingOptions {
  std::size_t epochs = 20;
  std::size_t batch = 128;
  double lr = 1e-3;
  std::string optimizer = "adam";
  std::string schedule = "cosine";
  std::size_t warmup_epochs = 0;
  std::size_t step_epochs = 10;
  double gamma = 0.1;
  double momentum = 0.9;
  bool nesterov = false;
  double weight_decay = 0;
  double clip_norm = 0;
  double ema = 0;
  std::size_t patience = 0;
  std::string watch = "";
  bool check_finite = false;

  void describe(Settings& settings);

  /// Throws ConfigError for a value that makes no sense, and says which would.
  void check() const;
};

/// The optimiser that `options` names: adam, adamw, sgd or rmsprop. Throws ConfigError.
std::unique_ptr<Optimizer> make_optimizer(const TrainingOptions& options,
                                          std::vector<Parameter*> parameters);

/// The learning rate at step `step` of `steps`: lr times the factor of the schedule, which begins
/// where the warm-up ends. Throws ConfigError if there is no such schedule.
double scheduled_lr(const TrainingOptions& options, std::size_t step, std::size_t steps);

}}  // namespace hourglass
