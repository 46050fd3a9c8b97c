#pragma once

#include <hourglass/hourglass.hpp>

#include "hourglass/autograd/operation.hpp"

// Ways to measure a slope, faults, and checks to find them.

// [slopes]
/// How far measured slopes of the sine are off: the root of the mean square at 1,000 points.
template <class Number, bool central>
double sine_error(double step) {
  const Number h = static_cast<Number>(step);
  double squares = 0;
  for (int i = 0; i < 1000; ++i) {
    const Number x = 1 + static_cast<Number>(i) / 1000;
    const Number slope = central ? (std::sin(x + h) - std::sin(x - h)) / (2 * h)
                                 : (std::sin(x + h) - std::sin(x)) / h;
    squares += std::pow(double(slope) - std::cos(double(x)), 2);
  }
  return std::sqrt(squares / 1000);
}
// [/slopes]

/// Slopes of f in double, a little beyond each x: how far from right, and how far for their size?
inline void compare(const char* name, double (*f)(double), double (*slope)(double)) {
  for (const int x : {1, 5, 20}) {
    double off = 0;
    for (int i = 0; i < 100; ++i) {
      const double at = x + i / 1e4, h = 6e-6 * at;
      off += std::abs((f(at + h) - f(at - h)) / (2 * h) - slope(at)) / 100;
    }
    fmt::print("{:4} at {:2}: slope {:.0e}, off by {:.0e}, which is {:.0e} of it\n", name, x,
               slope(x), off, off / slope(x));
  }
}

// [faulty]
/// tanh, and its slope 1 − tanh² x. But y is tanh x already.
inline hourglass::Var faulty_tanh(hourglass::Var x) {
  hourglass::Var y = hourglass::new_output("faulty_tanh", x.shape(), {x});
  xt::noalias(y.output()) = xt::tanh(x.value());
  hourglass::on_backward(
      y, [x, y] { x.grad_accumulator() += y.grad() * (1 - xt::square(xt::tanh(y.value()))); });
  return y;
}
// [/faulty]

// [nearly]
/// tanh, with a gradient that is 1 % too large.
inline hourglass::Var nearly_tanh(hourglass::Var x) {
  return tanh(x) * hourglass::Scalar(1.01) - stop_gradient(tanh(x)) * hourglass::Scalar(0.01);
}
// [/nearly]

// [largest]
/// The largest error of backward's slope of f, at 601 points in −3..3. Each y_i sees its own x_i
/// alone, so all may be moved at once.
inline double largest_error(hourglass::Var (*f)(hourglass::Var), hourglass::Scalar h) {
  hourglass::Parameter x({601});
  for (std::size_t i = 0; i < 601; ++i) x.value(i) = hourglass::Scalar(i) / 100 - 3;
  hourglass::Tape tape;
  const hourglass::Var start = tape.parameter(x);
  tape.backward(sum(f(start)));
  const hourglass::Tensor above = f(start + h).value(), below = f(start - h).value();
  return xt::amax(xt::abs((above - below) / (2 * h) - x.grad))();
}
// [/largest]

constexpr std::size_t size = 32;
using Numbers = std::array<double, size>;

inline Numbers draw(hourglass::Rng& rng) {
  Numbers x;
  for (double& each : x) each = 2 * rng.uniform() - 1;
  return x;
}

// [map]
/// y = tanh(W x / 2), 32 numbers to 32.
struct Map {
  std::array<Numbers, size> weights;

  Numbers operator()(const Numbers& x) const {
    Numbers y{};
    for (std::size_t k = 0; k < size; ++k) {
      for (std::size_t i = 0; i < size; ++i) y[k] += weights[k][i] * x[i] / 2;
      y[k] = std::tanh(y[k]);
    }
    return y;
  }
  /// dy_k/dx_i = (1 − y_k²) W_ki / 2, by a loop over 1,024 entries that ends one too soon.
  std::array<Numbers, size> jacobian(const Numbers& x) const {
    std::array<Numbers, size> j{};
    const Numbers y = (*this)(x);
    for (std::size_t at = 0; at < size * size - 1; ++at) {
      const std::size_t k = at / size, i = at % size;
      j[k][i] = (1 - y[k] * y[k]) * weights[k][i] / 2;
    }
    return j;
  }
};
// [/map]

inline Map draw_map(hourglass::Rng& rng) {
  Map map;
  for (Numbers& row : map.weights) row = draw(rng);
  return map;
}

// [checks]
/// J d, measured: the change of y along d.
inline Numbers measured(const Map& map, Numbers x, const Numbers& d) {
  constexpr double h = 6e-6;
  Numbers below = x, slope;
  for (std::size_t i = 0; i < size; ++i) x[i] += h * d[i], below[i] -= h * d[i];
  const Numbers y = map(x), z = map(below);
  for (std::size_t k = 0; k < size; ++k) slope[k] = (y[k] - z[k]) / (2 * h);
  return slope;
}

inline bool agree(double got, double expected, double tolerance) {
  return std::abs(got - expected) <= tolerance * std::max(1.0, std::abs(expected));
}

/// Whether one entry, drawn by lot, is as measured.
inline bool passes_entry(const Map& map, hourglass::Rng& rng, double tolerance) {
  const std::size_t k = rng.below(size), i = rng.below(size);
  const Numbers x = draw(rng);
  Numbers d{};  // along x_i
  d[i] = 1;
  return agree(map.jacobian(x)[k][i], measured(map, x, d)[k], tolerance);
}

/// Whether s · J d is, for random s and d: one number in which every entry has a part.
inline bool passes_direction(const Map& map, hourglass::Rng& rng, double tolerance) {
  const Numbers x = draw(rng), d = draw(rng), s = draw(rng), slope = measured(map, x, d);
  const std::array<Numbers, size> j = map.jacobian(x);
  double got = 0, expected = 0;
  for (std::size_t k = 0; k < size; ++k) {
    expected += s[k] * slope[k];
    for (std::size_t i = 0; i < size; ++i) got += s[k] * j[k][i] * d[i];
  }
  return agree(got, expected, tolerance);
}
// [/checks]
