#include "hourglass/autograd/tools/watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>

#include "hourglass/autograd/base/error.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

std::string value_text(double number) {
  return std::isnan(number) ? "nan" : fmt::format("{:.4g}", number);
}

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

/// The first element that is not finite.
struct Fault {
  explicit Fault(const Tensor& tensor) {
    std::size_t flat = 0;
    while (std::isfinite(tensor.data()[flat])) ++flat;
    number = value_text(tensor.data()[flat]);
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
  std::string shape = to_text(tensor.shape());
  if (tensor.size() == 0) return shape;
  Scalar low = std::numeric_limits<Scalar>::infinity(), high = -low;
  bool has_nan = false;
  for (Scalar number : tensor) {
    has_nan |= std::isnan(number);
    low = std::fmin(low, number);
    high = std::fmax(high, number);
  }
  if (low > high) return shape + ", all nan";
  return fmt::format("{} with values from {} to {}{}", shape, value_text(low), value_text(high),
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

/// "(value 17 on the tape, in encoder.2)"
std::string place(const TapeEntry& entry, std::size_t number) {
  return entry.module && !entry.module->empty()
             ? fmt::format("(value {} on the tape, in {})", number, *entry.module)
             : fmt::format("(value {} on the tape)", number);
}

std::string describe_inputs(const Tape& tape, const TapeEntry& entry) {
  std::string text;
  for (std::size_t k = 0; k < entry.inputs.size(); ++k) {
    const TapeEntry input = tape.entry(entry.inputs[k]);
    text +=
        k == 0 ? (entry.inputs.size() == 1 ? "; its input is " : "; its inputs are ") : ", and ";
    if (input.parameter) text += name_of(*input.parameter) + " ";
    text += describe(*input.value);
  }
  return text;
}

void check_value(const Tape& tape, std::size_t number) {
  const TapeEntry entry = tape.entry(number);
  if (is_finite(*entry.value)) return;
  const Fault fault(*entry.value);
  const std::string element = fault.in("its", entry.value->shape(), "value");
  if (entry.parameter)
    throw NonFiniteError(fmt::format("{}: {} is {} {}", name_of(*entry.parameter), element,
                                     fault.number, place(entry, number)));
  throw NonFiniteError(fmt::format("{}: {} {} {} {}{}", entry.operation, element,
                                   entry.inputs.empty() ? "is" : "became", fault.number,
                                   place(entry, number), describe_inputs(tape, entry)));
}

void check_gradients_of_inputs(const Tape& tape, std::size_t number) {
  const TapeEntry entry = tape.entry(number);
  for (std::size_t k = 0; k < entry.inputs.size(); ++k) {
    const TapeEntry input = tape.entry(entry.inputs[k]);
    if (!input.needs_grad || !input.grad || is_finite(*input.grad)) continue;
    const Fault fault(*input.grad);
    throw NonFiniteError(fmt::format(
        "backward of {}: {} {} became {} {}; the gradient of its value is {}{}", entry.operation,
        fault.in("the", input.grad->shape(), "gradient of"),
        input.parameter ? name_of(*input.parameter) : name_of_input(k, entry.inputs.size()),
        fault.number, place(entry, number), describe(*entry.grad), describe_inputs(tape, entry)));
  }
}

/// What is wrong already is no fault of the backward that begins.
void check_earlier_gradients(const Tape& tape) {
  for (std::size_t i = 0; i < tape.size(); ++i) {
    const TapeEntry entry = tape.entry(i);
    if (!entry.parameter || !entry.grad || is_finite(*entry.grad)) continue;
    const Fault fault(*entry.grad);
    throw NonFiniteError(
        fmt::format("{}: {} is {} before backward begins", name_of(*entry.parameter),
                    fault.in("its", entry.grad->shape(), "gradient"), fault.number));
  }
}

/// The observer behind `watch`.
class Watch : public TapeObserver {
 public:
  Watch(const Tape& tape, WatchOptions options)
      : tape_(tape), options_(options), complete_(tape.size()), began_(seconds_now()) {}

  void end_value() override {
    if (complete_ < tape_.size()) {
      complete_ = tape_.size();
      if (options_.measure_time) {
        times_.resize(std::max(times_.size(), complete_));
        times_[complete_ - 1] = {.forward = seconds_now() - began_};
      }
      if (options_.check_finite) check_value(tape_, complete_ - 1);
    }
    began_ = seconds_now();
  }

  void begin_output(Tensor& output) override {
    // So that an element which the operation forgets is found as well.
    if (options_.check_finite) output.fill(std::numeric_limits<Scalar>::quiet_NaN());
  }

  void begin_backward() override {
    end_value();
    if (options_.check_finite) check_earlier_gradients(tape_);
    for (OperationTimes& times : times_) times.backward = 0;
  }

  void seed(const Tensor& gradient) override {
    if (!options_.check_finite || is_finite(gradient)) return;
    const Fault fault(gradient);
    throw NonFiniteError(
        fmt::format("backward: {} is {}", fault.in("its", gradient.shape(), "seed"), fault.number));
  }

  void run(std::size_t number, const Backward& backward) override {
    const double began = seconds_now();
    backward();
    if (number < times_.size()) times_[number].backward = seconds_now() - began;
    if (options_.check_finite) check_gradients_of_inputs(tape_, number);
  }

  void reset() override { complete_ = 0; }

  OperationTimes times(std::size_t number) const {
    return number < complete_ && number < times_.size() ? times_[number] : OperationTimes();
  }

 private:
  const Tape& tape_;
  WatchOptions options_;
  std::size_t complete_;  // how many values are complete and have been looked at
  double began_;          // when the newest value was recorded
  std::vector<OperationTimes> times_;
};

}  // namespace

void watch(Tape& tape, WatchOptions options) {
  const bool any = options.check_finite || options.measure_time;
  tape.observe(any ? std::make_unique<Watch>(tape, options) : nullptr);
}

OperationTimes times_of(const Tape& tape, std::size_t number) {
  const auto* watch = dynamic_cast<const Watch*>(tape.observer());
  return watch ? watch->times(number) : OperationTimes();
}

}}  // namespace hourglass
