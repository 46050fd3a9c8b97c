#include "hourglass/nn/training/training_options.hpp"

#include <algorithm>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/nn/training/schedules.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

void TrainingOptions::describe(Settings& settings) {
  settings("epochs", epochs, "passes over the training examples");
  settings("batch", batch, at_least(1), "examples in a step");
  settings("lr", lr, at_least(0), "learning rate, the largest of the schedule");
  settings("optimizer", optimizer, optimizers(), "what takes the steps");
  settings("schedule", schedule, schedules(), "of the learning rate (cosine falls to 0)");
  settings("warmup_epochs", warmup_epochs, "epochs in which it first rises from 0 to lr");
  settings("step_epochs", step_epochs, at_least(1), "of schedule step: every so many epochs …");
  settings("gamma", gamma, above(0), "… the learning rate is multiplied by this");
  settings("momentum", momentum, at_least(0).below(1), "of sgd");
  settings("nesterov", nesterov, "of sgd: momentum that looks ahead");
  settings("weight_decay", weight_decay, at_least(0), "λ, pulls weights towards 0");
  settings("clip_norm", clip_norm, at_least(0),
           "largest norm of all gradients together; 0 is no limit");
  settings("ema", ema, at_least(0).below(1),
           "decay of the moving average of the weights, which is then what is evaluated and "
           "saved (0.999); 0 is none");
  settings("patience", patience,
           "stop after so many epochs in which `watch` has reached no new low; 0 is never");
  settings("watch", watch, "the metric that patience watches: the evaluated loss unless given");
  settings("check_finite", check_finite,
           "name the first operation that makes a NaN or an infinity; slower");
}

void TrainingOptions::check() const {
  check_options("training", *this);
}

namespace {

using Parameters = std::vector<Parameter*>;

template <class Kind>  // Adam, AdamW
std::unique_ptr<Optimizer> make_adam(const TrainingOptions& options, Parameters parameters) {
  return std::make_unique<Kind>(
      std::move(parameters), AdamOptions{.lr = options.lr, .weight_decay = options.weight_decay});
}

std::unique_ptr<Optimizer> make_sgd(const TrainingOptions& options, Parameters parameters) {
  return std::make_unique<SGD>(std::move(parameters),
                               SGDOptions{.lr = options.lr,
                                          .momentum = options.momentum,
                                          .weight_decay = options.weight_decay,
                                          .nesterov = options.nesterov});
}

std::unique_ptr<Optimizer> make_rmsprop(const TrainingOptions& options, Parameters parameters) {
  return std::make_unique<RMSprop>(
      std::move(parameters),
      RMSpropOptions{.lr = options.lr, .weight_decay = options.weight_decay});
}

double constant_factor(const TrainingOptions&, const ScheduleTime&) {
  return 1;
}

double step_factor(const TrainingOptions& options, const ScheduleTime& time) {
  at_least(1).expect("training.step_epochs", static_cast<double>(options.step_epochs));
  return step_schedule(time.step, options.step_epochs * time.per_epoch, options.gamma);
}

double cosine_factor(const TrainingOptions&, const ScheduleTime& time) {
  return cosine_schedule(time.step, time.steps);
}

double one_cycle_factor(const TrainingOptions&, const ScheduleTime& time) {
  return one_cycle_schedule(time.step, time.steps);
}

}  // namespace

const Choices<OptimizerMaker>& optimizers() {
  static const Choices<OptimizerMaker> all("optimizer", {{"adam", make_adam<Adam>},
                                                         {"adamw", make_adam<AdamW>},
                                                         {"sgd", make_sgd},
                                                         {"rmsprop", make_rmsprop}});
  return all;
}

const Choices<Schedule>& schedules() {
  static const Choices<Schedule> all("schedule", {{"constant", constant_factor, "stays at lr"},
                                                  {"step", step_factor, "falls every step_epochs"},
                                                  {"cosine", cosine_factor, "falls to 0"},
                                                  {"one_cycle", one_cycle_factor, "rises, falls"}});
  return all;
}

double scheduled_lr(const TrainingOptions& options, std::size_t step, std::size_t steps) {
  const std::size_t per_epoch =
      std::max<std::size_t>(1, steps / std::max<std::size_t>(1, options.epochs));
  const std::size_t warmup = std::min(steps, options.warmup_epochs * per_epoch);
  const std::size_t after = step < warmup ? 0 : step - warmup;
  const double factor = schedules()[options.schedule](
      options, {after, std::max<std::size_t>(1, steps - warmup), per_epoch});
  return options.lr * (step < warmup ? warmup_factor(step, warmup) : factor);
}

}}  // namespace hourglass
