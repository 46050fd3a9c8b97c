#pragma once

#include <cmath>

/// What an operation passes down: dx = dy · f'(x), with x its input, y = f(x) its output and dy the
/// gradient of what comes after. Operations that keep y need not compute it again.
enum class Function { tanh, exp, power };

/// dx of y = tanh x, y = exp x or y = xⁿ (only the last uses n; x⁰ is 1 everywhere).
inline double derivative(Function f, double x, double y, double dy, int n = 1) {
  // BEGIN SOLUTION
  switch (f) {
    case Function::tanh: return dy * (1 - y * y);
    case Function::exp: return dy * y;
    case Function::power: return n == 0 ? 0 : dy * n * std::pow(x, n - 1);
  }
  return 0;
  // STUB
  //| // TODO: dy times the slope of f at x; y = f(x) is given.
  //| (void)f, (void)x, (void)y, (void)dy, (void)n;
  //| return 0;
  // END SOLUTION
}
