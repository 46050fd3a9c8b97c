// Chapter 1: the chain rule on numbers, and a tape in 80 lines.
#include <cmath>
#include <functional>
#include <vector>

#include "chapter.hpp"

namespace {

// [tape]
/// A number on the tape: an index, so that copying one costs nothing.
struct Number {
  std::size_t place;
};

/// Everything that was computed, in that order: value, gradient, and how to pass it
/// down.
struct Tape {
  std::vector<double> values, grads;
  std::vector<std::function<void(double dy)>> backward;

  Number record(double value, std::function<void(double)> hand_down) {
    values.push_back(value);
    grads.push_back(0);
    backward.push_back(std::move(hand_down));
    return {values.size() - 1};
  }
  Number leaf(double value) {
    return record(value, [](double) {});
  }
  double value(Number x) const { return values[x.place]; }
  double& grad(Number x) { return grads[x.place]; }

  /// An operation could only use what was there before it, so the way back is one loop.
  void run_backward(Number y) {
    grad(y) = 1;
    for (std::size_t i = y.place + 1; i-- > 0;) backward[i](grads[i]);
  }
} tape;
// [/tape]

// [operations]
Number operator+(Number a, Number b) {  // dy/da = 1, dy/db = 1
  return tape.record(tape.value(a) + tape.value(b), [=](double dy) {
    tape.grad(a) += dy;
    tape.grad(b) += dy;
  });
}
Number operator*(Number a, Number b) {  // dy/da = b, dy/db = a
  return tape.record(tape.value(a) * tape.value(b), [=](double dy) {
    tape.grad(a) += dy * tape.value(b);
    tape.grad(b) += dy * tape.value(a);
  });
}
Number operator*(double c, Number a) {
  return tape.leaf(c) * a;
}
Number operator-(Number a, Number b) {
  return a + -1.0 * b;
}
Number tanh(Number x) {  // dy/dx = 1 - y²
  const double y = std::tanh(tape.value(x));
  return tape.record(y, [=](double dy) { tape.grad(x) += dy * (1 - y * y); });
}
// [/operations]

/// sin x, x in -3..3: what the network is to learn.
struct Point {
  double x, y;
};
std::vector<Point> points() {
  std::vector<Point> all;
  for (double x = -3; x <= 3.01; x += 0.25) all.push_back({x, std::sin(x)});
  return all;
}

// [network]
/// y = Σ w2_k tanh(w1_k x + b1_k) + b2: a network with eight hidden units.
struct Network {
  std::vector<double> weights;  // w1, b1, w2 of each hidden unit; b2

  explicit Network(std::size_t hidden) : weights(3 * hidden + 1) {
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = std::sin(7.0 * double(i) + 1);
  }
  Number operator()(const std::vector<Number>& w, double x) const {
    Number y = w.back();
    for (std::size_t k = 0; k + 2 < w.size(); k += 3) y = y + w[k + 2] * tanh(x * w[k] + w[k + 1]);
    return y;
  }
};
// [/network]

}  // namespace

int main(int argc, char** argv) {
  Chapter chapter(argc, argv);

  chapter.part("one");
  // [one]
  const Number a = tape.leaf(2), b = tape.leaf(3);
  const Number y = a * b + a;
  tape.run_backward(y);
  fmt::print("y = a b + a = {}\ndy/da = {}   dy/db = {}\n", tape.value(y), tape.grad(a),
             tape.grad(b));
  // [/one]

  chapter.part("twice");
  // [twice]
  tape = {};
  Number power = tape.leaf(1.001);
  const Number root = power;
  for (int i = 0; i < 10; ++i) power = power * power;  // a to the 1024th
  tape.run_backward(power);
  fmt::print("{} numbers on the tape, {} ways from a to y\n", tape.values.size(), 1 << 10);
  fmt::print("dy/da = {:.6f}   by the formula {:.6f}\n", tape.grad(root),
             1024 * std::pow(1.001, 1023));
  // [/twice]

  chapter.part("training");
  // [training]
  Network network(8);
  const int epochs = chapter.quick() ? 200 : 5000;
  double loss = 0;
  for (int epoch = 0; epoch <= epochs; ++epoch) {
    tape = {};
    std::vector<Number> w;
    for (double each : network.weights) w.push_back(tape.leaf(each));
    Number sum = tape.leaf(0);
    for (const Point& point : points()) {
      const Number error = network(w, point.x) - tape.leaf(point.y);
      sum = sum + error * error;
    }
    const Number mean = 1.0 / double(points().size()) * sum;
    tape.run_backward(mean);
    for (std::size_t i = 0; i < w.size(); ++i) network.weights[i] -= 0.1 * tape.grad(w[i]);
    loss = tape.value(mean);
    if (epoch % (epochs / 5) == 0) fmt::print("epoch {:4}  loss {:.4f}\n", epoch, loss);
  }
  // [/training]
  chapter.figure("loss", loss, "{:.4f}");
  chapter.figure("numbers", double(tape.values.size()), "{:.0f}");
  fmt::print("{} numbers on the tape for {} weights\n", tape.values.size(), network.weights.size());
}
