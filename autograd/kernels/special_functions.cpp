#include "hourglass/autograd/kernels/special_functions.hpp"

#include <math.h>

namespace hourglass { inline namespace HOURGLASS_PRECISION {

double log_gamma(double x) {
  int sign;
  return ::lgamma_r(x, &sign);
}

double digamma(double x) {
  // ψ(x) = ψ(x + 1) − 1/x moves x to where few terms of the asymptotic series
  //     ψ(x) ~ ln x − 1/2x − Σ_n B_2n / (2n x^2n),      B_2n the Bernoulli numbers,
  // are enough: from 10 on the first that is left out is below 5·10⁻¹⁷.
  // (Abramowitz & Stegun, Handbook of Mathematical Functions, 6.3.5 and 6.3.18)
  double moved = 0;
  for (; x < 10; ++x) moved -= 1 / x;
  const double t = 1 / (x * x);
  const double series =
      t * (1. / 12 -
           t * (1. / 120 -
                t * (1. / 252 - t * (1. / 240 - t * (1. / 132 - t * (691. / 32760 - t / 12))))));
  return moved + ::log(x) - 0.5 / x - series;
}

// Both by the asymptotic series of the functions themselves, whose leading terms are subtracted by
// log1p. From 1,000 on what is left out is below 10⁻¹¹ and 10⁻¹⁴.

double log_gamma_difference(double x, double k) {
  if (k == 0) return 0;
  if (x < 1000) return log_gamma(x + k) - log_gamma(x);
  return (x - 0.5) * ::log1p(k / x) + k * (::log(x + k) - 1) - k / x / (x + k) / 12;
}

double digamma_difference(double x, double k) {
  if (k == 0) return 0;
  if (x < 1000) return digamma(x + k) - digamma(x);
  const double a = 1 / x, b = 1 / (x + k);
  return ::log1p(k / x) + (a - b) / 2 + (a - b) * (a + b) / 12;
}

}}  // namespace hourglass
