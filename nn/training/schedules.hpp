#pragma once

#include <cstddef>

#include "hourglass/autograd/base/precision.hpp"

// Schedules: what changes in the course of training, as pure functions of the step (from 0) and the
// number of steps, so that a run resumed from a checkpoint needs to know nothing else. Those of the
// learning rate give the factor by which it is multiplied.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// From 1 along a half cosine to 0 (Loshchilov & Hutter, "SGDR", ICLR 2017):
///     (1 + cos(π step / steps)) / 2
double cosine_schedule(std::size_t step, std::size_t steps);

/// gamma^⌊step / every⌋. `every` is at least 1.
double step_schedule(std::size_t step, std::size_t every, double gamma);

struct OneCycleOptions {
  double pct_start = 0.3;         ///< the share of the steps in which it rises
  double div_factor = 25;         ///< it starts from 1 / div_factor …
  double final_div_factor = 1e4;  ///< … and ends this many times lower
};
/// Up to 1 and down again to almost 0, each along half a cosine (Smith & Topin,
/// "Super-Convergence", 2018), the same at every step as PyTorch's OneCycleLR.
double one_cycle_schedule(std::size_t step, std::size_t steps, OneCycleOptions options = {});

/// In the first `warmup` steps 1 / warmup, 2 / warmup, …, 1; then 1 (Goyal et al. 2017).
double warmup_factor(std::size_t step, std::size_t warmup);

struct AnnealingOptions {
  double ramp = 0.5;       ///< the share of each cycle in which the weight rises
  std::size_t cycles = 1;  ///< how often it starts again from 0
};
/// The weight of a term such as a Kullback–Leibler divergence that is to enter a loss gradually:
/// linearly from 0 to 1, where it stays (Bowman et al. 2016), again in every cycle (Fu et al.,
/// NAACL 2019).
double annealed_weight(std::size_t step, std::size_t steps, AnnealingOptions options = {});

}}  // namespace hourglass
