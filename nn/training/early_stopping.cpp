#include "hourglass/nn/training/early_stopping.hpp"

#include <fmt/format.h>

#include "hourglass/autograd/base/advice.hpp"
#include "hourglass/autograd/base/error.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

std::string watched_metric(const Metrics& epoch, const std::string& wanted) {
  std::vector<std::string> names;
  for (const auto& [name, value] : epoch) {
    const bool is_evaluated_loss = name.ends_with("loss") && !name.starts_with("train_");
    if (wanted.empty() ? is_evaluated_loss : name == wanted) return name;
    names.push_back(name);
  }
  if (wanted.empty()) return "train_loss";
  throw ConfigError(
      fmt::format("there is no metric '{}' to watch; {}", wanted, advice(wanted, names)));
}

Stagnation stagnation(const History& history, const std::string& metric) {
  Stagnation state;
  for (const double value : history.curve(metric)) {
    ++state.epochs_since;
    if (state.best_epoch > 0 && !(value < state.best)) continue;
    state.best_epoch += state.epochs_since;
    state.best = value;
    state.epochs_since = 0;
  }
  return state;
}

bool is_out_of_patience(const History& history, const std::string& wanted, std::size_t patience) {
  if (patience == 0 || history.epochs.empty()) return false;
  const std::string metric = watched_metric(history.epochs.back(), wanted);
  return stagnation(history, metric).epochs_since >= patience;
}

}}  // namespace hourglass
