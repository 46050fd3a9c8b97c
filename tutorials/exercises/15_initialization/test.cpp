#include "initialization.hpp"

#include "course/checks.hpp"

namespace {

double variance(const std::vector<double>& x) {
  double mean = 0, sum = 0;
  for (double each : x) mean += each / static_cast<double>(x.size());
  for (double each : x) sum += (each - mean) * (each - mean) / static_cast<double>(x.size());
  return sum;
}

/// Numbers spread evenly over (0, 1), in a scrambled order.
std::vector<double> even(std::size_t n) {
  std::vector<double> u(n);
  for (std::size_t i = 0; i < n; ++i)
    u[i] = (static_cast<double>(i * 7919 % n) + 0.5) / static_cast<double>(n);
  return u;
}

}  // namespace

CASE("glorot's weights have variance 2 / (in + out)") {
  const Array w = initial_weights(Scheme::glorot, 100, 300, even(30000));
  check_close("variance × 200", variance(w.data) * 200, 1, "in = 100, out = 300",
              "A uniform number in (-b, b) has variance b²/3, not b².", 1e-4);
}

CASE("he's weights have variance 2 / in") {
  const Array w = initial_weights(Scheme::he, 100, 300, even(30000));
  check_close("variance × 50", variance(w.data) * 50, 1, "in = 100, out = 300",
              "It is the number of inputs that counts.", 1e-4);
}

CASE("weights lie on both sides of zero") {
  const Array w = initial_weights(Scheme::he, 2, 2, {0.25, 0.75, 0.5, 1});
  const double b = std::sqrt(3.0);
  check_close("the weights", w, Array({2, 2}, {-b / 2, b / 2, 0, b}),
              "u = 0.25, 0.75, 0.5, 1; in = out = 2",
              "If all had one sign, every unit would say the same.");
}

CASE("the bound is root three times the deviation, for any layer") {
  const auto in = static_cast<std::size_t>(random_array({1}, 1, 2, 9)[0]), out = in + 3;
  const Array u = random_array({in * out}, 2, 0, 1);
  Array expected({in, out});
  for (std::size_t i = 0; i < u.size(); ++i)
    expected[i] =
        std::sqrt(3.0) * std::sqrt(2.0 / static_cast<double>(2 * in + 3)) * (2 * u[i] - 1);
  check_close("the weights", initial_weights(Scheme::glorot, in, out, u.data), expected,
              "glorot, in = " + std::to_string(in) + ", out = " + std::to_string(out));
}

CASE("a signal keeps its size through twenty layers of relu") {
  // Sixty-four numbers, twenty layers: with a factor of 1/2 a layer it would be a millionth.
  const std::size_t n = 64;
  std::vector<double> x(n, 1.0);
  for (unsigned layer = 0; layer < 20; ++layer) {
    Array u = random_array({n * n}, 10 + layer, 0, 1);
    const Array w = initial_weights(Scheme::he, n, n, u.data);
    std::vector<double> y(n);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) y[j] += x[i] * w.at(i, j);
    for (double& each : y) each = std::max(each, 0.0);
    x = y;
  }
  double square = 0;
  for (double each : x) square += each * each / static_cast<double>(n);
  check_true("the mean square is between 1/100 and 100", square > 0.01 && square < 100,
             "ones through 20 layers; mean square " + std::to_string(square));
}
