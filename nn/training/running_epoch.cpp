#include "hourglass/nn/training/running_epoch.hpp"

#include <fmt/format.h>

#include "hourglass/autograd/base/error.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

void RunningEpoch::add(const Loss& loss, std::size_t examples) {
  if (sums_.empty()) {
    sums_.emplace_back("loss", 0);
    for (std::size_t i = 0; i < loss.term_count; ++i) sums_.emplace_back(loss.terms[i].name, 0);
  }
  const auto weight = static_cast<double>(examples);
  sums_[0].second += weight * loss.total.item();
  for (std::size_t i = 0; i < loss.term_count; ++i)
    sums_[i + 1].second += weight * loss.terms[i].value.item();
  examples_ += examples;
}

void RunningEpoch::clear() {
  for (auto& [name, sum] : sums_) sum = 0;
  examples_ = 0;
  seconds_ = 0;
}

double RunningEpoch::mean_loss() const {
  return examples_ ? sums_[0].second / static_cast<double>(examples_) : 0;
}

Metrics RunningEpoch::means() const {
  Metrics means = sums_;
  for (auto& [name, value] : means) value /= static_cast<double>(examples_);
  return means;
}

namespace {

constexpr const char *examples_name = "seen", *seconds_name = "seconds";

}  // namespace

std::string RunningEpoch::to_csv() const {
  Metrics all = sums_;
  all.emplace_back(examples_name, static_cast<double>(examples_));
  all.emplace_back(seconds_name, seconds_);
  return History{{all}}.to_csv();
}

RunningEpoch RunningEpoch::from_csv(const std::string& csv, const std::string& origin) {
  const History table = History::from_csv(csv, origin);
  const auto fail = [&] {
    throw DataError(fmt::format("{}: its running sums are damaged", origin));
  };
  if (table.epochs.size() != 1) fail();
  RunningEpoch running;
  running.sums_ = table.epochs[0];
  const auto take_last = [&](const char* name) {
    if (running.sums_.empty() || running.sums_.back().first != name) fail();
    const double value = running.sums_.back().second;
    running.sums_.pop_back();
    return value;
  };
  running.seconds_ = take_last(seconds_name);
  running.examples_ = static_cast<std::size_t>(take_last(examples_name));
  return running;
}

}}  // namespace hourglass
