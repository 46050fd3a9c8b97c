#include "covariance.hpp"

#include <cmath>

#include "course/checks.hpp"

CASE("two columns that rise together have a positive covariance") {
  const Array x({3, 2}, {1, 2, 2, 4, 3, 6});
  check_close("the covariance", covariance(x), Array({2, 2}, {2.0 / 3, 4.0 / 3, 4.0 / 3, 8.0 / 3}),
              "x = " + to_string(x), "Divided by n = 3; by n - 1 it would be 1, 2, 2, 4.");
}

CASE("moving all rows changes nothing") {
  const Array x = random_array({5, 3}, 1);
  Array moved = x;
  for (std::size_t i = 0; i < moved.size(); ++i) moved[i] += 10.0 * static_cast<double>(i % 3 + 1);
  check_close("the covariance of moved rows", covariance(moved), covariance(x),
              "x + (10, 20, 30)", "Subtract each column's mean first, not one mean of all.", 1e-9);
}

CASE("large means do not eat the digits") {
  const double far = 1e8;
  const Array x({2, 1}, {far, far + 1});
  check_close("the variance", covariance(x), Array({1, 1}, {0.25}), "x = 1e8 and 1e8 + 1",
              "E[x²] - E[x]² subtracts two numbers of 1e16 that agree in all their digits.");
}

CASE("along any direction the variance is that of the projections") {
  const Array x = random_array({6, 3}, 2), v = random_array({3, 1}, 3);
  const Array p = matmul(x, v), cv = matmul(covariance(x), v);
  double mean = 0, variance = 0, expected = 0;
  for (double each : p.data) mean += each / 6;
  for (double each : p.data) variance += (each - mean) * (each - mean) / 6;
  for (std::size_t i = 0; i < 3; ++i) expected += v[i] * cv[i];
  check_close("vᵀ c v", expected, variance, "x of (6, 3), v = " + to_string(v));
}
