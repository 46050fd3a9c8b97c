#include "autograd/special_functions.hpp"

#include <math.h>

namespace hourglass::inline HOURGLASS_PRECISION {

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

}  // namespace hourglass::inline HOURGLASS_PRECISION
