#include "autograd/tape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "autograd/base/error.hpp"
#include "autograd/kernels/broadcasting.hpp"
#include "autograd/kernels/threads.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

static_assert(sizeof(Var) == 16 && std::is_trivially_copyable_v<Var>);

Var Tape::parameter(Parameter& parameter) {
  Node& node = new_node("parameter");
  node.value = &parameter.value;
  node.parameter = &parameter;
  node.needs_grad = gradients_ != Gradients::off && !frozen_;
  if (gradients_ == Gradients::apart) {
    Apart& own = apart(parameter);
    node.grad = &own.grad;
    node.has_grad = &own.has_grad;
  } else {
    node.grad = &parameter.grad;
    node.has_grad = &parameter.has_grad;
  }
  return newest();
}

Tape::Apart& Tape::apart(Parameter& parameter) {
  for (Apart& known : apart_)
    if (known.parameter == &parameter) return known;
  return apart_.emplace_back(Apart{&parameter, filled(parameter.value.shape())});
}

void Tape::add_gradients() {
  std::size_t size = 0;
  for (const Apart& own : apart_) size += own.grad.size();
  run_in_parts(size, [this](std::size_t part, std::size_t parts) {
    for (const Apart& own : apart_)
      if (own.has_grad)
        add_to(own.grad, own.parameter->grad,
               own.parameter->has_grad ? Sum::accumulate : Sum::replace,
               share(own.grad.size(), part, parts));
  });
  for (Apart& own : apart_) {
    own.parameter->has_grad |= own.has_grad;
    own.has_grad = false;
  }
}

Var Tape::constant(const Tensor& tensor) {
  new_node("constant").value = &tensor;
  return newest();
}

Var Tape::constant(Tensor&& tensor) {
  Node& node = new_node("constant");
  node.own_value = std::move(tensor);
  return newest();
}

Var Tape::record(const char* operation, const Shape& shape, std::initializer_list<Var> inputs) {
  bool needs_grad = false;
  for (Var input : inputs) {
    if (&input.tape() != this)
      throw TapeError(
          fmt::format("{}: its inputs were recorded on two different tapes: a program is recorded "
                      "on one; bring "
                      "the other's number in by tape.constant(y.value()){}",
                      operation, where()));
    needs_grad |= input.needs_grad();
  }
  try {
    element_count(shape);
  } catch (const ShapeError& error) {
    throw ShapeError(fmt::format("{}: {}{}", operation, error.what(), where()));
  }
  Node& node = new_node(operation);
  for (Var input : inputs) inputs_.push_back(input.index_);
  node.inputs = static_cast<std::uint32_t>(inputs.size());
  reshape(node.own_value, shape);
  node.needs_grad = gradients_ != Gradients::off && needs_grad;
  if (checks_) [[unlikely]]  // so that an element which the operation forgets is found as well
    node.own_value.fill(std::numeric_limits<Scalar>::quiet_NaN());
  return newest();
}

Rng& Tape::rng() const {
  if (!rng_)
    throw TapeError(
        fmt::format("a layer draws noise, but the tape has no generator: call "
                    "tape.draw_from(rng) first, or model.eval(){}",
                    where()));
  return *rng_;
}

void Tape::on_backward(Var y, const Backward& backward) {
  node(y).backward = backward;
}

Tape::Node& Tape::new_node(const char* operation) {
  if (watched_) [[unlikely]]
    end_forward();
  if (size_ == nodes_.size()) nodes_.emplace_back();
  Node& node = nodes_[size_++];
  node.operation = operation;
  node.module = module_;
  node.value = &node.own_value;
  node.grad = &node.own_grad;
  node.parameter = nullptr;
  node.has_grad = &node.own_has_grad;
  node.own_has_grad = false;
  node.needs_grad = false;
  node.first_input = static_cast<std::uint32_t>(inputs_.size());
  node.inputs = 0;
  node.backward = Backward();
  return node;
}

Var Tape::newest() {
  return Var(this, static_cast<std::uint32_t>(size_ - 1), pass_);
}

Tape::Node& Tape::node(Var var) {
  if (var.pass_ != pass_ || var.index_ >= size_)
    throw TapeError(
        "this value was recorded before the tape's last reset, which forgot it: compute it again, "
        "or copy what you need before the reset" +
        where());
  return nodes_[var.index_];
}

void Tape::backward(Var loss, Scalar weight) {
  if (&loss.tape() != this)
    throw TapeError(
        "backward: the loss was computed on another tape: call loss.tape().backward(loss)");
  if (loss.value().size() != 1)
    throw TapeError(fmt::format(
        "backward: the loss must be a single number, but it is {}: sum it or take its mean first",
        to_text(loss.shape())));
  expect_gradients(loss, "loss");
  begin_backward();
  Tensor& seed = scratch(1, loss.shape());
  seed.fill(weight);
  run_backward(loss, seed);
}

void Tape::backward(Var y, const Tensor& seed) {
  if (&y.tape() != this)
    throw TapeError("backward: the value was computed on another tape: call y.tape().backward(y)");
  if (seed.shape() != y.shape())
    throw ShapeError(fmt::format("backward: y is {} but its seed is {}: they must be alike",
                                 to_text(y.shape()), to_text(seed.shape())));
  expect_gradients(y, "value");
  begin_backward();
  run_backward(y, seed);
}

void Tape::expect_gradients(Var y, const char* name) const {
  if (gradients_ == Gradients::off)
    throw TapeError(
        "backward: this tape was made with Gradients::off and remembers nothing for backward: "
        "record the program on a tape with Gradients::on");
  if (!y.needs_grad())
    throw TapeError(fmt::format(
        "backward: the {} depends on no parameter, so there is nothing to give a gradient to: "
        "tape.parameter(p) brings one into the program, tape.constant(p.value) does not",
        name));
}

void Tape::begin_backward() {
  if (watched_) [[unlikely]] {
    end_forward();
    if (checks_) check_earlier_gradients();
    for (Times& times : times_) times.backward = 0;
  }
  // What an earlier backward left between parameters and loss has been passed on already.
  for (std::size_t i = 0; i < size_; ++i) nodes_[i].own_has_grad = false;
}

void Tape::run_backward(Var y, const Tensor& seed) {
  const Node& last = node(y);
  reshape(*last.grad, y.shape());
  const bool has_earlier = std::exchange(*last.has_grad, true);
  add_to(seed, *last.grad, has_earlier ? Sum::accumulate : Sum::replace, {0, seed.size()});
  if (checks_) [[unlikely]]
    check_seed(y.grad());
  for (std::size_t i = y.index_ + 1; i-- > 0;) {
    const Node& node = nodes_[i];
    if (!node.backward || !*node.has_grad) continue;
    if (watched_) [[unlikely]] {
      watch_backward(i);
    } else {
      node.backward();
    }
  }
}

void Tape::reset() {
  size_ = 0;
  complete_ = 0;
  inputs_.clear();
  ++pass_;
}

void Tape::reshape(Tensor& tensor, const Shape& shape) {
  const std::size_t count = element_count(shape);
  if (tensor.size() != count) {
    auto spare = std::find_if(spare_.begin(), spare_.end(),
                              [count](const Tensor& other) { return other.size() == count; });
    if (spare == spare_.end()) spare = spare_.insert(spare_.end(), Tensor::from_shape(shape));
    std::swap(tensor, *spare);
  }
  if (tensor.shape() != shape) tensor.reshape(shape);
}

Tensor& Tape::scratch(std::size_t which, const Shape& shape) {
  reshape(scratch_[which], shape);
  return scratch_[which];
}

std::string Tape::where() const {
  return module_ && !module_->empty() ? fmt::format(" (in {})", *module_) : "";
}

Tape& Var::tape() const {
  if (!tape_) throw TapeError("this Var stands for no value yet: assign one that a tape made");
  return *tape_;
}

const Tensor& Var::value() const {
  return *tape().node(*this).value;
}
const Shape& Var::shape() const {
  return value().shape();
}
bool Var::needs_grad() const {
  return tape().node(*this).needs_grad;
}
Tensor& Var::output() const {
  return tape().node(*this).own_value;
}

std::size_t Var::inputs() const {
  return tape().node(*this).inputs;
}
Var Var::input(std::size_t number) const {
  return Var(tape_, tape_->inputs_[tape().node(*this).first_input + number], pass_);
}

Scalar Var::item() const {
  if (value().size() != 1)
    throw ShapeError(fmt::format("item: the value is {}, not a single number", to_text(shape())));
  return *value().data();
}

const Tensor& Var::grad() const {
  const Tape::Node& node = tape().node(*this);
  if (*node.has_grad) return *node.grad;
  const char* reason =
      tape_->gradients_ == Tape::Gradients::off
          ? "this value has no gradient, since its tape was made with Gradients::off"
      : !node.needs_grad ? "this value has no gradient, since no parameter stands behind it: make "
                           "it a Parameter to get one"
                         : "no gradient has reached this value: call backward first, on a loss "
                           "that depends on it";
  throw TapeError(fmt::format("{}: {}", node.operation, reason));
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
