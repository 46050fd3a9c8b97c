#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>

#include "autograd/base/error.hpp"
#include "autograd/tape.hpp"

// What a tape does only when it is asked to watch: check_finite and measure_time.

namespace hourglass::inline HOURGLASS_PRECISION {

namespace {

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

bool is_finite(const Tensor& tensor) {
  const Scalar* numbers = tensor.data();
  std::size_t others = 0;  // a count, and no early end: so the compiler can use SIMD
  for (std::size_t i = 0; i < tensor.size(); ++i)
    others += !(std::abs(numbers[i]) <= std::numeric_limits<Scalar>::max());
  return others == 0;
}

std::string number_text(Scalar number) {
  return std::isnan(number) ? "nan" : fmt::format("{:.4g}", number);
}

/// The first element that is not finite.
struct Fault {
  explicit Fault(const Tensor& tensor) {
    std::size_t flat = 0;
    while (std::isfinite(tensor.data()[flat])) ++flat;
    number = number_text(tensor.data()[flat]);
    for (std::size_t axis = tensor.dimension(); axis-- > 0; flat /= tensor.shape()[axis])
      index = fmt::format("{}{}{}", flat % tensor.shape()[axis], index.empty() ? "" : ", ", index);
  }

  /// "element [3, 5] of its (128, 64) value"; a scalar has no elements to tell apart.
  std::string in(const char* whose, const Shape& shape, const char* what) const {
    if (shape.empty()) return fmt::format("{} {}", whose, what);
    return fmt::format("element [{}] of {} {} {}", index, whose, to_text(shape), what);
  }

  std::string index, number;
};

/// "(128, 64) with values from 0 to 4.1"
std::string describe(const Tensor& tensor) {
  const std::string shape = to_text(tensor.shape());
  if (tensor.size() == 0) return shape;
  Scalar low = std::numeric_limits<Scalar>::infinity(), high = -low;
  bool has_nan = false;
  for (Scalar number : tensor) {
    has_nan |= std::isnan(number);
    low = std::fmin(low, number);
    high = std::fmax(high, number);
  }
  if (low > high) return shape + ", all nan";
  return fmt::format("{} with values from {} to {}{}", shape, number_text(low), number_text(high),
                     has_nan ? " and nan" : "");
}

std::string name_of(const Parameter& parameter) {
  return parameter.name.empty() ? "parameter" : "parameter " + parameter.name;
}

/// "its input", "its second input"
std::string name_of_input(std::size_t k, std::size_t inputs) {
  constexpr std::array names = {"first", "second", "third", "fourth"};
  if (inputs == 1) return "its input";
  return k < names.size() ? fmt::format("its {} input", names[k])
                          : fmt::format("its input number {}", k + 1);
}

}  // namespace

void Tape::check_finite(bool on) {
  checks_ = on;
  watch_on(on || measures_);
}

void Tape::measure_time(bool on) {
  measures_ = on;
  times_.clear();
  watch_on(on || checks_);
}

void Tape::watch_on(bool on) {
  if (!watched_) complete_ = size_;  // what is recorded already was not watched
  watched_ = on;
}

void Tape::end_forward() {
  if (!watched_) return;
  if (complete_ < size_) {
    complete_ = size_;
    if (measures_) {
      times_.resize(std::max(times_.size(), size_));
      times_[size_ - 1] = {.forward = seconds_now() - began_};
    }
    if (checks_) check_value(size_ - 1);
  }
  began_ = seconds_now();
}

void Tape::watch_backward(std::size_t number) {
  const double began = seconds_now();
  nodes_[number].backward();
  if (number < times_.size()) times_[number].backward = seconds_now() - began;
  if (checks_) check_gradients_of_inputs(number);
}

void Tape::check_value(std::size_t number) const {
  const Node& node = nodes_[number];
  if (is_finite(*node.value)) return;
  const Fault fault(*node.value);
  const std::string element = fault.in("its", node.value->shape(), "value");
  if (node.parameter)
    throw NonFiniteError(fmt::format("{}: {} is {} {}", name_of(*node.parameter), element,
                                     fault.number, place(number)));
  throw NonFiniteError(fmt::format("{}: {} {} {} {}{}", node.operation, element,
                                   node.inputs > 0 ? "became" : "is", fault.number, place(number),
                                   describe_inputs(node)));
}

void Tape::check_gradients_of_inputs(std::size_t number) const {
  const Node& node = nodes_[number];
  for (std::size_t k = 0; k < node.inputs; ++k) {
    const Node& input = nodes_[inputs_[node.first_input + k]];
    if (!input.needs_grad || !*input.has_grad || is_finite(*input.grad)) continue;
    const Fault fault(*input.grad);
    throw NonFiniteError(
        fmt::format("backward of {}: {} {} became {} {}; the gradient of its value is {}{}",
                    node.operation, fault.in("the", input.grad->shape(), "gradient of"),
                    input.parameter ? name_of(*input.parameter) : name_of_input(k, node.inputs),
                    fault.number, place(number), describe(*node.grad), describe_inputs(node)));
  }
}

/// What is wrong already is no fault of the backward that begins.
void Tape::check_earlier_gradients() const {
  for (std::size_t i = 0; i < size_; ++i) {
    const Node& node = nodes_[i];
    if (!node.parameter || !*node.has_grad || is_finite(*node.grad)) continue;
    const Fault fault(*node.grad);
    throw NonFiniteError(
        fmt::format("{}: {} is {} before backward begins", name_of(*node.parameter),
                    fault.in("its", node.grad->shape(), "gradient"), fault.number));
  }
}

void Tape::check_seed(const Tensor& seed) const {
  if (is_finite(seed)) return;
  const Fault fault(seed);
  throw NonFiniteError(
      fmt::format("backward: {} is {}", fault.in("its", seed.shape(), "seed"), fault.number));
}

/// "(value 17 on the tape, in encoder.2)"
std::string Tape::place(std::size_t number) const {
  const std::string* module = nodes_[number].module;
  return module && !module->empty() ? fmt::format("(value {} on the tape, in {})", number, *module)
                                    : fmt::format("(value {} on the tape)", number);
}

std::string Tape::describe_inputs(const Node& node) const {
  std::string text;
  for (std::size_t k = 0; k < node.inputs; ++k) {
    const Node& input = nodes_[inputs_[node.first_input + k]];
    text += k == 0 ? (node.inputs == 1 ? "; its input is " : "; its inputs are ") : ", and ";
    if (input.parameter) text += name_of(*input.parameter) + " ";
    text += describe(*input.value);
  }
  return text;
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
