#pragma once

#include "autograd/precision.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

/// ln Γ(x) for x > 0. std::lgamma writes a global variable; this one may run on several threads.
double log_gamma(double x);

/// ψ(x) = d ln Γ(x) / dx for x > 0, to some 10 roundings.
double digamma(double x);

}  // namespace hourglass::inline HOURGLASS_PRECISION
