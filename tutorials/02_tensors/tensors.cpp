// Chapter 2: tensors, broadcasting, and its undoing.
#include <fstream>
#include <hourglass/hourglass.hpp>

#include "chapter.hpp"
#include "hourglass/drawing/plot.hpp"

using namespace hourglass;

namespace {

// [view]
/// Numbers in a row, and how to walk over them: entry (i, j) lies at i · stride[0] + j · stride[1].
struct View {
  const double* numbers;
  std::array<std::size_t, 2> shape, stride;
  double operator()(std::size_t i, std::size_t j) const {
    return numbers[i * stride[0] + j * stride[1]];
  }
};

/// The same numbers seen with a larger shape: an axis of length 1 is walked without moving.
View broadcast(View v, std::array<std::size_t, 2> shape) {
  for (std::size_t axis : {0, 1})
    if (v.shape[axis] == 1 && shape[axis] != 1) v.stride[axis] = 0;
  v.shape = shape;
  return v;
}
// [/view]

void print(const std::string& name, const View& v) {
  fmt::print("{} of ({}, {}), strides ({}, {})\n", name, v.shape[0], v.shape[1], v.stride[0],
             v.stride[1]);
  for (std::size_t i = 0; i < v.shape[0]; ++i) {
    for (std::size_t j = 0; j < v.shape[1]; ++j) fmt::print("{:4}", v(i, j));
    fmt::print("\n");
  }
}

std::string numbers(const Tensor& t) {
  return fmt::format("({})", fmt::join(t.begin(), t.end(), ", "));
}

// [fit]
/// Fits y = w x to points with slope 2 and returns the loss at each step. The targets have shape
/// (64, 1), as the predictions, or (64).
std::vector<double> fit(bool flat_targets, std::size_t steps, double& w) {
  Tensor x = filled({64, 1}), y = flat_targets ? filled({64}) : filled({64, 1});
  for (std::size_t i = 0; i < 64; ++i) {
    x.data()[i] = Scalar(i) / 32 - 1;
    y.data()[i] = 2 * x.data()[i] + Scalar(0.1) * std::sin(Scalar(40 * i));
  }
  Parameter weight({1, 1});
  std::vector<double> losses;
  Tape tape;
  for (std::size_t step = 0; step < steps; ++step) {
    tape.reset();
    weight.zero_grad();
    const Var prediction = matmul(tape.constant(x), tape.parameter(weight));
    const Var loss = mean(square(prediction - tape.constant(y)));
    tape.backward(loss);
    weight.value -= Scalar(0.3) * weight.grad;
    losses.push_back(loss.item());
  }
  w = weight.value(0, 0);
  return losses;
}
// [/fit]

}  // namespace

int main(int argc, char** argv) {
  Chapter chapter(argc, argv);

  chapter.part("views");
  // [views]
  const double six[] = {1, 2, 3, 4, 5, 6};
  print("a matrix", {six, {2, 3}, {3, 1}});
  print("its transpose", {six, {3, 2}, {1, 3}});
  print("a bias", broadcast({six, {1, 3}, {3, 1}}, {4, 3}));
  // [/views]

  chapter.part("undoing");
  // [undoing]
  Parameter bias({3});
  Tensor x = filled({4, 3}, 1);
  Tape tape;
  const Var y = tape.constant(x) + tape.parameter(bias);
  Tensor dy = filled({4, 3});
  for (std::size_t i = 0; i < 12; ++i) dy.data()[i] = Scalar(i + 1);
  tape.backward(y, dy);
  fmt::print("y has shape {}, dy = {}\n", to_text(y.shape()), numbers(dy));
  fmt::print("the bias has shape {}, its gradient is {}\n", to_text(bias.value.shape()),
             numbers(bias.grad));
  // [/undoing]

  chapter.part("silent");
  // [silent]
  const std::size_t steps = chapter.quick() ? 20 : 60;
  double right = 0, wrong = 0;
  const std::vector<double> sound = fit(false, steps, right), silent = fit(true, steps, wrong);
  fmt::print("targets (64, 1): loss {:.3f}, falls to {:.4f}, w = {:.2f}\n", sound.front(),
             sound.back(), right);
  fmt::print("targets (64):    loss {:.3f}, stays at {:.3f}, w = {:.2f}\n", silent.front(),
             silent.back(), std::abs(wrong));
  // [/silent]
  Lines lines{"step", "loss", {{"(64, 1)", {}}, {"(64)", {}}}};
  for (std::size_t step = 1; step <= steps; step = step * 3 / 2 + 1) {
    lines.lines[0].points.push_back({double(step), sound[step - 1]});
    lines.lines[1].points.push_back({double(step), silent[step - 1]});
  }
  std::ofstream(chapter.picture("silent.svg"))
      << svg_file(plot_lines(lines, {.height = 320}), {.height = 320});

  chapter.part("refused");
  // [refused]
  const Tensor targets = filled({64});
  Parameter weight({1, 1});
  tape.reset();
  const Var prediction = matmul(tape.constant(filled({64, 1})), tape.parameter(weight));
  try {
    squared_error(prediction, tape.constant(targets));
  } catch (const ShapeError& error) {
    fmt::print("{}\n", error.what());
  }
  // [/refused]
}
