#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hourglass/nn/choices.hpp"
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

/// What makes each of the optimisers: `optimizers()[options.optimizer](options, parameters)`.
using OptimizerMaker = std::unique_ptr<Optimizer> (*)(const TrainingOptions&,
                                                      std::vector<Parameter*>);
const Choices<OptimizerMaker>& optimizers();

/// Where in training a schedule is asked: at step `step` of `steps`, `per_epoch` in each epoch.
struct ScheduleTime {
  std::size_t step, steps, per_epoch;
};
/// The factor of the learning rate at that time.
using Schedule = double (*)(const TrainingOptions&, const ScheduleTime&);
const Choices<Schedule>& schedules();

/// The learning rate at step `step` of `steps`: lr times the factor of the schedule, which begins
/// where the warm-up ends. Throws ConfigError if there is no such schedule.
double scheduled_lr(const TrainingOptions& options, std::size_t step, std::size_t steps);

}}  // namespace hourglass
