#pragma once

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// ln Γ(x) for x > 0. std::lgamma writes a global variable; this one may run on several threads.
double log_gamma(double x);

/// ψ(x) = d ln Γ(x) / dx for x > 0, to some 10 roundings.
double digamma(double x);

// Their differences from x to x + k, which for large x are small differences of large numbers.

/// ln Γ(x + k) − ln Γ(x) for x > 0, k ≥ 0
double log_gamma_difference(double x, double k);
/// ψ(x + k) − ψ(x) for x > 0, k ≥ 0
double digamma_difference(double x, double k);

}}  // namespace hourglass
