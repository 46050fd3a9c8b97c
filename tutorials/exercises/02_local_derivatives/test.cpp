#include "derivatives.hpp"

#include "course/checks.hpp"

namespace {

/// A slope measured by two values nearby.
template <class F>
double measured(F f, double x) {
  constexpr double h = 1e-5;
  return (f(x + h) - f(x - h)) / (2 * h);
}

std::string at(double x, double dy) {
  return "x = " + std::to_string(x) + ", dy = " + std::to_string(dy);
}

}  // namespace

CASE("tanh passes down dy (1 - tanh² x)") {
  const Array x = random_array({5}, 1, -2, 2), dy = random_array({5}, 2, 0.5, 2);
  for (std::size_t i = 0; i < 5; ++i) {
    const double y = std::tanh(x[i]);
    check_close("tanh: dx", derivative(Function::tanh, x[i], y, dy[i]),
                dy[i] * measured([](double a) { return std::tanh(a); }, x[i]), at(x[i], dy[i]),
                "The slope is 1 - y², with y = tanh x, not 1 - x².", 1e-7);
  }
}

CASE("exp passes down dy exp x") {
  const Array x = random_array({5}, 3, -2, 2), dy = random_array({5}, 4, 0.5, 2);
  for (std::size_t i = 0; i < 5; ++i)
    check_close("exp: dx", derivative(Function::exp, x[i], std::exp(x[i]), dy[i]),
                dy[i] * measured([](double a) { return std::exp(a); }, x[i]), at(x[i], dy[i]),
                "Its slope is itself. Was it multiplied by dy?", 1e-7);
}

CASE("a power passes down dy n xⁿ⁻¹, for negative x too") {
  const Array x = random_array({5}, 5, -2, -0.5), dy = random_array({5}, 6, 0.5, 2);
  for (int n : {1, 2, 3, 4})
    for (std::size_t i = 0; i < 5; ++i)
      check_close("power: dx", derivative(Function::power, x[i], std::pow(x[i], n), dy[i], n),
                  dy[i] * measured([n](double a) { return std::pow(a, n); }, x[i]),
                  at(x[i], dy[i]) + ", n = " + std::to_string(n), "", 1e-6);
}

CASE("x = 0 is no special case for a power") {
  check_close("d(x²)/dx at 0", derivative(Function::power, 0, 0, 1, 2), 0, "x = 0, n = 2",
              "Something was divided by x.");
  check_close("d(x¹)/dx at 0", derivative(Function::power, 0, 0, 1, 1), 1, "x = 0, n = 1",
              "Something was divided by x.");
  check_close("d(x⁰)/dx at 0", derivative(Function::power, 0, 1, 1, 0), 0, "x = 0, n = 0",
              "x⁰ is 1 everywhere, so its slope is 0. 0 times infinity is not.");
}
