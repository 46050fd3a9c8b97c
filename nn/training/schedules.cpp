#include "hourglass/nn/training/schedules.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// From `start` to `end` along half a cosine, while `share` goes from 0 to 1.
double along_half_cosine(double start, double end, double share) {
  return end + (start - end) * (1 + std::cos(std::numbers::pi * std::min(1.0, share))) / 2;
}

}  // namespace

double cosine_schedule(std::size_t step, std::size_t steps) {
  return along_half_cosine(1, 0, static_cast<double>(step) / static_cast<double>(steps));
}

double step_schedule(std::size_t step, std::size_t every, double gamma) {
  const std::size_t falls = step / every;
  return std::pow(gamma, static_cast<double>(falls));
}

double one_cycle_schedule(std::size_t step, std::size_t steps, OneCycleOptions options) {
  const double start = 1 / options.div_factor, end = start / options.final_div_factor;
  const auto at = static_cast<double>(step), last = static_cast<double>(steps) - 1;
  const double top = std::max(0.0, options.pct_start * static_cast<double>(steps) - 1);
  if (at < top) return along_half_cosine(start, 1, at / top);
  return top < last ? along_half_cosine(1, end, (at - top) / (last - top)) : end;
}

double warmup_factor(std::size_t step, std::size_t warmup) {
  return step < warmup ? static_cast<double>(step + 1) / static_cast<double>(warmup) : 1;
}

double annealed_weight(std::size_t step, std::size_t steps, AnnealingOptions options) {
  if (step >= steps) return 1;
  const double cycles =
      static_cast<double>(step) * static_cast<double>(options.cycles) / static_cast<double>(steps);
  const double since = cycles - std::floor(cycles);  // since this cycle's start, as a share of it
  return since < options.ramp ? since / options.ramp : 1;
}

}}  // namespace hourglass
