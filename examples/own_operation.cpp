// An operation of your own: its value, its gradient, the proof of it, and a use.
#include <cstdio>
#include <hourglass/hourglass.hpp>

using namespace hourglass;

/// y = sin(x),  dy/dx = cos(x)
Var sine(Var x) {
  Var y = new_output("sine", x.shape(), {x});
  elementwise(y.output()) = xt::sin(x.value());
  on_backward(y, [x, y] { x.grad_accumulator() += y.grad() * xt::cos(x.value()); });
  return y;
}

int main() {
  Parameter p({100});
  Rng(1).fill_uniform(p.value, -3, 3);
  const auto compute = [&](Tape& tape) { return sine(tape.parameter(p)); };
  const GradientCheck check = check_gradient("sine", compute, {&p});
  std::printf("%zu entries of the Jacobian against central differences: %s\n", check.entries,
              check.failure.empty() ? "they agree" : check.failure.c_str());

  // What frequency and phase does a wave have that was measured at 100 points?
  Tensor points = filled({100});
  Rng(2).fill_uniform(points, -3, 3);
  const Tensor wave = xt::sin(1.7 * points + 0.4);
  Parameter frequency({1}), phase({1});
  frequency.value.fill(1);
  Adam adam({&frequency, &phase}, {.lr = 0.02});
  Tape tape;
  for (int step = 0; step < 500; ++step) {
    tape.reset();
    Var guess = sine(tape.constant(points) * tape.parameter(frequency) + tape.parameter(phase));
    adam.zero_grad();
    tape.backward(mean(square(guess - tape.constant(wave))));
    adam.step();
  }
  std::printf("sin(%.3f x + %.3f)\n", frequency.value(0), phase.value(0));
}
